"use client";

import { Broken } from "@/components/ui/broken";

export default function BrokenPage({ error }: { error: unknown }) {
  return (
    <section className="rounded-xl border border-line bg-surface p-4">
      <h1 className="mb-2 text-lg font-semibold">This page could not be shown</h1>
      <Broken error={error} />
    </section>
  );
}
