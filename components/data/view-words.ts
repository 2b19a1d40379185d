"use client";

import { dimensions, type FilterName } from "@/lib/metrics/dimensions";
import { useView } from "../filters/use-view";
import { valuesOf } from "../filters/view";
import { useFormat } from "./format";

/** The view in words, for what is taken away from the page: its period, zone and basis, and its filters. */
export function useViewWords(): string[] {
  const { view } = useView();
  const format = useFormat(view.tz);
  const filters = (Object.keys(view.filters) as FilterName[]).map(
    (name) =>
      `${dimensions[name].label}: ${valuesOf(view, name)
        .map((value) => value || "none")
        .join(", ")}`,
  );
  if (view.user.length > 0) filters.push(`User contains: ${view.user.join(", ")}`);
  return [
    `${format.period(view.from, view.to)}, days in ${view.tz}, by ${view.basis === "connected" ? "connect time" : "log date"}`,
    ...(filters.length > 0 ? [filters.join(" · ")] : []),
  ];
}
