import type { RequestProblem } from "@/lib/http/client";

/** What went wrong as a whole; messages of single fields stand beside them. */
export function ProblemText({ problem, always = false }: { problem: RequestProblem | null; always?: boolean }) {
  if (!problem || (!always && Object.keys(problem.errors).length > 0)) return null;
  return (
    <p role="alert" className="text-bad">
      {problem.message}
    </p>
  );
}
