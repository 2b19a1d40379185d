"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { FoundList } from "./found-list";
import { useView } from "./use-view";
import { valuesOf } from "./view";

/** Narrows the view to rooms or conferences. */
export function SearchPicker({ name, label }: { name: "room" | "conference"; label: string }) {
  const { view, change } = useView();
  const picked = valuesOf(view, name);
  const [isOpen, setOpen] = useState(false);
  const toggle = (id: string) => change({ [name]: picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id] });
  const shown = picked.length === 0 ? (name === "room" ? "All" : "Any") : picked.length === 1 ? picked[0] : `${picked.length} picked`;
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button className={picked.length > 0 ? "!border-accent/60" : ""}>
          {label}: <b className="inline-block max-w-40 truncate font-semibold">{shown}</b>
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <div className="grid w-80 max-w-full gap-2">
        <FoundList name={name} tz={view.tz} picked={picked} onToggle={toggle} autoFocus>
          {picked.length > 0 && (
            <Button kind="quiet" onClick={() => change({ [name]: null })}>
              Show {name === "room" ? "all rooms" : "all conferences"}
            </Button>
          )}
        </FoundList>
      </div>
    </Popover>
  );
}
