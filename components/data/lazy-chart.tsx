"use client";

import dynamic from "next/dynamic";

/** The charting library comes after the page's figures; its place is kept so that nothing moves. */
export const LazyTimeChart = dynamic(() => import("../charts/time-chart"), {
  ssr: false,
  loading: () => <div className="h-full min-h-24 animate-pulse rounded-lg bg-sunken" />,
});
