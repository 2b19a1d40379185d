import { Button } from "./button";

/** What stands in the place of a page that threw. Loading it anew also fetches parts that another version has replaced. */
export function Broken({ error }: { error: unknown }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
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
