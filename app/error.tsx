"use client";

import { Broken } from "@/components/ui/broken";
import { LoneCard } from "@/components/ui/lone-card";

export default function BrokenApp({ error }: { error: unknown }) {
  return (
    <LoneCard title="Meetledger could not be shown" lead="What is known of the reason stands below.">
      <Broken error={error} />
    </LoneCard>
  );
}
