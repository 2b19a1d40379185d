"use client";

import { clsx } from "clsx";
import { useFormat } from "../data/format";
import type { MetricsRow } from "../data/use-metrics";

const directions = [
  ["send", "Send"],
  ["receive", "Receive"],
] as const;
const media = [
  ["audio", "Audio"],
  ["video", "Video"],
  ["sharing", "Screen share"],
] as const;

/** Send and receive × audio, video and screen share: the share rated Bad and the median bit rate. */
export function StreamMatrix({ totals, detailed = false }: { totals: MetricsRow; detailed?: boolean }) {
  const format = useFormat();
  return (
    <table className="w-full table-fixed border-separate border-spacing-1 text-xs">
      <caption className="sr-only">Share of streams rated Bad, with bit rates</caption>
      <thead>
        <tr className="text-left text-faint">
          <th scope="col" className="w-16" aria-label="Direction" />
          {media.map(([medium, label]) => (
            <th key={medium} scope="col" className="px-1 font-normal">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {directions.map(([direction, name]) => (
          <tr key={direction}>
            <th scope="row" className="text-left font-normal text-faint">
              {name}
            </th>
            {media.map(([medium]) => {
              const stream = `${direction}_${medium}`;
              const bad = totals[`${stream}_bad_share`];
              const tone = typeof bad !== "number" || bad < 0.05 ? "bg-sunken" : bad < 0.07 ? "bg-warn-tint" : "bg-bad-tint";
              return (
                <td key={medium} className={clsx("tabular rounded-md px-2 py-1.5 align-top", tone)}>
                  <p className="font-medium">{typeof bad === "number" ? `${format.figure(bad, "share")} bad` : "not rated"}</p>
                  <p className="text-soft">p50 {format.figure(totals[`${stream}_bitrate_p50`], "bitrate")}</p>
                  {detailed && (
                    <>
                      <p className="text-soft">p95 {format.figure(totals[`${stream}_bitrate_p95`], "bitrate")}</p>
                      <p className="text-soft">{format.figure(totals[`${stream}_rated`], "count")} rated</p>
                      {direction === "receive" && (
                        <p className="text-soft">
                          {["good", "moderate", "bad"].map((share) => format.figure(totals[`${stream}_${share}_percent`], "percent")).join(" / ")}
                          <span className="block text-faint">good / moderate / bad time</span>
                        </p>
                      )}
                    </>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
