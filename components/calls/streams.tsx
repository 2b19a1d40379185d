"use client";

import { useFormat } from "../data/format";
import { Table } from "../ui/table";
import { QualityBadge } from "./billing-badge";

type Json = Record<string, unknown>;

interface Stream {
  name: string;
  least: number | null;
  average: number | null;
  most: number | null;
  rated: "Good" | "Bad" | null;
  /** Shares of time with a good, moderate and bad bit rate; for what was received. */
  percents: (number | null)[] | null;
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const number = (value: unknown): number | null => {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
};

const words = { send: "Send", receive: "Receive", audio: "audio", video: "video", sharing: "screen share" } as const;

/** The streams that a raw record tells of; those of which it says nothing are left out. */
export function streamsOf(raw: unknown): Stream[] {
  const quality = object(object(raw).stats_quality);
  return (["send", "receive"] as const).flatMap((direction) =>
    (["audio", "video", "sharing"] as const).flatMap((medium): Stream[] => {
      const stream = object(object(quality[direction])[medium]);
      if (Object.keys(stream).length === 0) return [];
      const rated = String(stream.avg_bitrate_quality ?? "").toLowerCase();
      return [
        {
          name: `${words[direction]} ${words[medium]}`,
          least: number(stream.min_bitrate),
          average: number(stream.avg_bitrate),
          most: number(stream.max_bitrate),
          rated: rated === "good" ? "Good" : rated === "bad" ? "Bad" : null,
          percents: direction === "receive" ? ["good", "moderate", "bad"].map((share) => number(stream[`bitrate_${share}_percent`])) : null,
        },
      ];
    }),
  );
}

/** A call's streams: least, average and most bit rate, the rating, and how long the rate was good, moderate or bad. */
export function Streams({ raw, problem }: { raw: unknown; problem: string | null }) {
  const format = useFormat();
  const rows = streamsOf(raw);
  const rate = (value: number | null) => (value === null ? "–" : format.whole(value / 1000));
  if (rows.length === 0) return <p className="py-2 text-faint">{problem ?? "The record tells nothing of its streams."}</p>;
  return (
    <Table
      caption="Streams of the call"
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        { key: "name", label: "Stream", cell: ({ name }) => name },
        { key: "range", label: "kb/s min – avg – max", numeric: true, cell: ({ least, average, most }) => `${rate(least)} – ${rate(average)} – ${rate(most)}` },
        { key: "rated", label: "Rated", cell: ({ rated }) => <QualityBadge quality={rated} /> },
        {
          key: "percents",
          label: "Good / moderate / bad time",
          numeric: true,
          cell: ({ percents }) => (percents ? `${percents.map((value) => (value === null ? "–" : format.whole(value))).join(" / ")} %` : "–"),
        },
      ]}
    />
  );
}
