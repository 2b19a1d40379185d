import { Badge } from "../ui/badge";

export interface TestResult {
  ok: boolean;
  kind: string;
  message: string;
  requestId?: string | null;
}

/** What a test of a connection found, in the API's own words. */
export function TestOutcome({ result }: { result: TestResult }) {
  return (
    <p role="status" className="flex max-w-80 flex-wrap items-baseline gap-x-2 gap-y-1 whitespace-normal">
      <Badge tone={result.ok ? "good" : "bad"}>{result.ok ? "works" : "fails"}</Badge>
      <span className="min-w-0 flex-1 text-xs">
        {result.message}
        {result.requestId && <span className="block text-faint">Request id for the vendor: {result.requestId}</span>}
      </span>
    </p>
  );
}
