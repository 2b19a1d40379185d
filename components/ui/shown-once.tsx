"use client";

import { Button } from "./button";
import { CopyButton } from "./copy-button";

/** A secret that is shown once: it is stored as a hash, so nobody can show it again. */
export function ShownOnce({ text, note, testId, onDone }: { text: string; note?: string; testId: string; onDone: () => void }) {
  return (
    <div className="grid gap-3">
      <p>Copy it now. It is not shown again.{note ? ` ${note}` : ""}</p>
      <code className="rounded-md bg-sunken p-2 break-all" data-testid={testId}>
        {text}
      </code>
      <div className="flex gap-2">
        <CopyButton text={text}>Copy</CopyButton>
        <Button kind="strong" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
