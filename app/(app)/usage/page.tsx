import type { Metadata } from "next";
import { heatSpec, usageOverTime } from "@/components/usage/queries";
import { Usage } from "@/components/usage/usage";
import { Prefetched, type SearchParams } from "../prefetched";

export const metadata: Metadata = { title: "Usage" };

export default function UsagePage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched specs={[usageOverTime, heatSpec]} searchParams={searchParams}>
      <Usage />
    </Prefetched>
  );
}
