import type { Metadata } from "next";
import { tracksOverTime, tracksQueries } from "@/components/tracks/queries";
import { Tracks } from "@/components/tracks/tracks";
import { Prefetched, type SearchParams } from "../prefetched";

export const metadata: Metadata = { title: "Tracks" };

export default function TracksPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched specs={[tracksQueries.totals, tracksQueries.combinations, tracksOverTime, tracksQueries.byRole]} searchParams={searchParams}>
      <Tracks />
    </Prefetched>
  );
}
