"use client";

import { Broken } from "@/components/ui/broken";
import { LoneCard } from "@/components/ui/lone-card";

export default function BrokenApp({ error }: { error: unknown }) {
  return (
    <LoneCard title="Meetledger could not be shown" lead="Something it needs does not answer.">
      <Broken error={error} />
    </LoneCard>
  );
}
