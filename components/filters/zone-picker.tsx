"use client";

import { ChevronDown } from "lucide-react";
import { useIntlValues } from "../data/use-intl-values";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";

/** In which zone days begin, and which time places a call. */
export function ZonePicker() {
  const { view, change } = useView();
  const { timeZone } = useWorkspace();
  const zones = [...new Set(["UTC", timeZone, view.tz, ...useIntlValues("timeZone")])];
  return (
    <Popover
      align="end"
      trigger={
        <Button kind="quiet">
          <span>
            Days in <b className="font-semibold">{view.tz}</b> · by {view.basis === "connected" ? "connect time" : "log date"}
          </span>
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <div className="grid w-64 max-w-full gap-3 p-1">
        <Select label="Time zone of the days" value={view.tz} onChange={(event) => change({ tz: event.target.value === timeZone ? null : event.target.value })}>
          {zones.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </Select>
        <Select
          label="A call belongs to the day it was"
          value={view.basis}
          onChange={(event) => change({ basis: event.target.value === "logged" ? null : event.target.value })}
        >
          <option value="logged">logged (as the vendor bills)</option>
          <option value="connected">connected</option>
        </Select>
      </div>
    </Popover>
  );
}
