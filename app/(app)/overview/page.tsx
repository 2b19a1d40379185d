import type { Metadata } from "next";
import { Overview } from "@/components/overview/overview";
import { overviewQueries } from "@/components/overview/queries";
import { Prefetched, type SearchParams } from "../prefetched";

export const metadata: Metadata = { title: "Overview" };

const { summary, daily, before, byRole } = overviewQueries;

export default function OverviewPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched specs={[summary, daily, before, byRole]} searchParams={searchParams}>
      <Overview />
    </Prefetched>
  );
}
