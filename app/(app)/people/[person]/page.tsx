import type { Metadata } from "next";
import { FixedFilters } from "@/components/filters/use-view";
import { overviewQueries } from "@/components/overview/queries";
import { Person } from "@/components/person/person";
import { pathValue } from "../../path-value";
import { Prefetched, type SearchParams } from "../../prefetched";

export const metadata: Metadata = { title: "Person" };

const { summary, daily, before, byRole } = overviewQueries;

export default async function PersonPage({ params, searchParams }: { params: Promise<{ person: string }>; searchParams: SearchParams }) {
  const person = await pathValue(params, "person");
  const fixed = { person: [person] };
  return (
    <Prefetched specs={[summary, daily, before, byRole]} searchParams={searchParams} fixed={fixed}>
      <FixedFilters value={fixed}>
        <Person id={person} />
      </FixedFilters>
    </Prefetched>
  );
}
