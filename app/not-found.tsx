import type { Metadata } from "next";
import { LoneCard } from "@/components/ui/lone-card";

export const metadata: Metadata = { title: "No such page" };

/** Every page brings this one along, so it has a plain link: that of the framework would be 7 KB more of each first load. */
export default function NoSuchPage() {
  return (
    <LoneCard title="There is no such page" lead="The address may be mistyped, or what it led to is gone.">
      <a href="/" className="text-accent underline">
        Go to the first page
      </a>
    </LoneCard>
  );
}
