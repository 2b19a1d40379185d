"use client";

import { useEffect, useState } from "react";
import { RequestProblem } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import type { Exported } from "./export-menu";

interface Progress {
  bytes: number;
  lines: number;
  total: number | null;
  complete: boolean;
  name: string | null;
}

const lineEnd = 10;

/** Fetches an export with visible progress; closing the dialog ends it, here and on the server. */
export function ExportDialog({ exported, onClose }: { exported: Exported; onClose: () => void }) {
  const { path, title, unit, file } = exported;
  const format = useFormat();
  const [progress, setProgress] = useState<Progress>({ bytes: 0, lines: 0, total: null, complete: true, name: null });
  const [error, setError] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    fetchFile(path, file, abort.signal, setProgress)
      .then(() => setDone(true))
      .catch((problem: unknown) => {
        if (!abort.signal.aborted) setError(problem instanceof Error ? problem.message : String(problem));
      });
    return () => abort.abort();
  }, [path, file]);
  const { bytes, lines, total, complete, name } = progress;
  const share = unit && total ? Math.min(1, lines / total) : null;
  return (
    <Dialog onClose={onClose} title={title}>
      {error ? (
        <Notice tone="bad">{error}</Notice>
      ) : (
        <div className="grid gap-2" aria-live="polite">
          <div className="h-1.5 overflow-hidden rounded-full bg-sunken">
            <div className="h-full bg-accent transition-[width]" style={{ width: isDone ? "100%" : share === null ? "35%" : `${share * 100}%` }} />
          </div>
          <p className="tabular text-soft">
            {isDone ? `${name ?? title} is saved` : "Writing"}
            {unit && total !== null && ` · ${format.whole(Math.min(lines, total))} of ${format.whole(total)} ${unit}`} ·{" "}
            {format.figure(bytes / 1_000_000, "minutes")} MB
          </p>
        </div>
      )}
      {!complete && <Notice tone="warn">The period is not whole or may still change. The file says so.</Notice>}
      <div>
        <Button kind={isDone || error ? "strong" : "plain"} onClick={onClose}>
          {isDone || error ? "Close" : "Cancel"}
        </Button>
      </div>
    </Dialog>
  );
}

async function fetchFile(path: string, file: File | undefined, signal: AbortSignal, tell: (progress: Progress) => void): Promise<void> {
  const response = await fetch(path, { signal, ...(file ? { method: "POST", body: file } : {}) });
  if (!response.ok || !response.body) {
    const problem = (await response.json().catch(() => null)) as { detail?: string } | null;
    throw new RequestProblem(response.status, problem?.detail ?? `The server answered with ${response.status}.`);
  }
  const { headers } = response;
  const name = /filename="([^"]+)"/.exec(headers.get("content-disposition") ?? "")?.[1] ?? "export";
  const total = headers.has("x-rows") ? Number(headers.get("x-rows")) : null;
  const complete = headers.get("x-complete") !== "false";
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let lines = -1;
  let told = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    for (let at = value.indexOf(lineEnd); at >= 0; at = value.indexOf(lineEnd, at + 1)) lines++;
    if (performance.now() - told > 100) {
      told = performance.now();
      tell({ bytes, lines: Math.max(0, lines), total, complete, name });
    }
  }
  tell({ bytes, lines: total ?? Math.max(0, lines), total, complete, name });
  const url = URL.createObjectURL(new Blob(parts, { type: headers.get("content-type") ?? "" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
