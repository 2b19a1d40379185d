import { useEffect } from "react";
import { Button } from "./button";

const key = "loaded-anew";
const enoughMs = 60_000;

/** True once a minute: what cannot be fetched after that either is told. */
function mayLoadAnew(): boolean {
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < enoughMs) return false;
  sessionStorage.setItem(key, String(Date.now()));
  return true;
}

/** Whether a part of the program could not be fetched: most often another version has taken its place since the page was opened. */
const isPartMissing = (error: unknown) => error instanceof Error && error.name === "ChunkLoadError";

/** What stands in the place of a page that threw. Where another version has replaced a part of it, it is loaded anew by itself; its address holds all that was chosen. */
export function Broken({ error }: { error: unknown }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  useEffect(() => {
    if (isPartMissing(error) && mayLoadAnew()) window.location.reload();
  }, [error]);
  return (
    <div role="alert" className="grid justify-items-start gap-3">
      <p className="text-soft">
        {digest
          ? `The server could not make it. Its log has the reason under ${digest}.`
          : error instanceof Error && error.message
            ? error.message
            : "Nothing more is known about it."}
      </p>
      <Button kind="strong" onClick={() => window.location.reload()}>
        Load again
      </Button>
    </div>
  );
}
