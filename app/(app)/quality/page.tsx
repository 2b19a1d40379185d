import type { Metadata } from "next";
import { Quality } from "@/components/quality/quality";
import { badSpec, matrixSpec } from "@/components/quality/queries";
import { Prefetched, type SearchParams } from "../prefetched";

export const metadata: Metadata = { title: "Quality" };

export default function QualityPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched specs={[badSpec, matrixSpec]} searchParams={searchParams}>
      <Quality />
    </Prefetched>
  );
}
