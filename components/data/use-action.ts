"use client";

import { useState } from "react";
import { RequestProblem } from "@/lib/http/client";

/** Runs what a button or a form does: busy while it runs, the problem when it fails, messages per field from the server. */
export function useAction() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<RequestProblem | null>(null);
  const run = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    setProblem(null);
    try {
      return await action();
    } catch (error) {
      setProblem(error instanceof RequestProblem ? error : new RequestProblem(0, String(error)));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, errors: problem?.errors ?? {}, run, clear: () => setProblem(null) };
}
