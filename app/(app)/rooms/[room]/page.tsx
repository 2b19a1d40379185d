import type { Metadata } from "next";
import { FixedFilters } from "@/components/filters/use-view";
import { overviewQueries } from "@/components/overview/queries";
import { Room } from "@/components/room/room";
import { pathValue } from "../../path-value";
import { Prefetched, type SearchParams } from "../../prefetched";

export const metadata: Metadata = { title: "Room" };

const { summary, daily, before, byRole } = overviewQueries;

export default async function RoomPage({ params, searchParams }: { params: Promise<{ room: string }>; searchParams: SearchParams }) {
  const room = await pathValue(params, "room");
  const fixed = { room: [room] };
  return (
    <Prefetched specs={[summary, daily, before, byRole]} searchParams={searchParams} fixed={fixed}>
      <FixedFilters value={fixed}>
        <Room id={room} />
      </FixedFilters>
    </Prefetched>
  );
}
