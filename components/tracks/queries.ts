import { bucketFor } from "../data/over-time";
import type { MetricsSpec, ViewState } from "../filters/view";

const shares = ["calls", "audio_share", "video_share", "screen_share", "data_share", "url_share"] as const;

export const tracksQueries = {
  totals: {
    measures: [...shares, "screen_seconds", "published_seconds", "audio_calls", "video_calls", "screen_calls", "data_calls", "url_calls"],
    compare: true,
  },
  byRole: { measures: shares, by: ["role"], order: "-calls" },
  combinations: { measures: ["calls", "billed_minutes", "bad_share"], by: ["track_combination"], order: "-calls" },
} as const satisfies Record<string, MetricsSpec>;

export const tracksOverTime = ({ from, to }: ViewState): MetricsSpec => ({
  measures: ["audio_share", "video_share", "screen_share", "data_share", "url_share", "screen_seconds"],
  by: [bucketFor(from, to)],
});
