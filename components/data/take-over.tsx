"use client";

import { fetchJson } from "@/lib/http/client";
import { Button } from "../ui/button";
import { ProblemText } from "../ui/problem-text";
import { useAction } from "./use-action";

/** What something made by somebody says of its maker: why it does not run, or of which part of the calls it is. */
export interface Made {
  owner: string;
  stopped: string | null;
  part?: string | null;
}

/** Why something does not run, or that it is of a part; by whose rights it goes, somebody else can change. */
export function MakerNote({ made: { owner, stopped, part }, who }: { made: Made; who: string }) {
  if (stopped) return <span className="block w-full text-xs text-bad">{`${stopped} ${who} can take it over.`}</span>;
  return part ? <span className="block w-full text-xs text-warn">{`Of a part only, as ${owner} sees no more: ${part}.`}</span> : null;
}

/** Makes whoever looks the maker of something; `path` is its route. */
export function TakeOver({ path, name, onDone }: { path: string; name: string; onDone: () => Promise<unknown> }) {
  const { isBusy, problem, run } = useAction();
  return (
    <>
      <Button
        disabled={isBusy}
        aria-label={`Take over ${name}`}
        onClick={() =>
          void run(async () => {
            await fetchJson(`${path}/take-over`, { method: "POST" });
            await onDone();
          })
        }
      >
        Take over
      </Button>
      <ProblemText problem={problem} />
    </>
  );
}
