import type { MeasureName } from "@/lib/metrics/measures";
import type { MetricsSpec } from "../filters/view";

const matrix = (["send", "receive"] as const).flatMap((direction) =>
  (["audio", "video", "sharing"] as const).flatMap((medium): MeasureName[] => [
    `${direction}_${medium}_bad_share`,
    `${direction}_${medium}_bitrate_p50`,
    `${direction}_${medium}_rated`,
  ]),
);

/** What Overview asks for, panel by panel. The server prefetches those of the first screen. */
export const overviewQueries = {
  summary: {
    measures: [
      "billed_minutes",
      "calls",
      "conferences",
      "people",
      "bad_share",
      "peak_concurrent",
      "peak_at",
      "rated_calls",
      "unrated_calls",
      "calls_without_billing",
      "cost",
      "calls_without_rate",
    ],
    compare: true,
  },
  daily: { measures: ["billed_minutes", "calls", "conferences", "people", "bad_share", "rated_calls", "peak_concurrent"], by: ["day"] },
  before: { measures: ["billed_minutes"], by: ["day"], compare: true },
  byRole: { measures: ["billed_minutes"], by: ["day", "role"] },
  streams: { measures: matrix },
  tracks: { measures: ["calls", "audio_share", "video_share", "screen_share", "data_share", "url_share"] },
  combinations: { measures: ["calls"], by: ["track_combination"], order: "-calls", limit: 12 },
  rooms: { measures: ["billed_minutes", "calls", "bad_share"], by: ["room"], order: "-billed_minutes", limit: 6 },
  conferences: { measures: ["bad_share", "calls", "billed_minutes", "first_connect"], by: ["conference"], order: "-bad_share", limit: 6, havingCalls: 5 },
} as const satisfies Record<string, MetricsSpec>;
