/** How a browser talks to our own routes. Imports nothing of the server. */

interface ProblemBody {
  title?: string;
  detail?: string;
  errors?: Record<string, string[]>;
}

/** A problem that a route answered with. `message` is its `detail`, fit to show. */
export class RequestProblem extends Error {
  override name = "RequestProblem";
  constructor(
    readonly status: number,
    message: string,
    readonly errors: Record<string, string[]> = {},
  ) {
    super(message);
  }
}

/** Calls a route and gives its JSON. Throws `RequestProblem`. */
export async function fetchJson<T>(path: string, init?: { method?: string; body?: unknown; file?: Blob }): Promise<T> {
  const json = init?.body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(init.body) };
  let response: Response;
  try {
    response = await fetch(path, { method: init?.method ?? "GET", ...json, ...(init?.file ? { body: init.file } : {}) });
  } catch {
    throw new RequestProblem(0, "Meetledger cannot be reached. Check the connection and try again.");
  }
  if (response.status === 204) return undefined as T;
  const value = (await response.json().catch(() => null)) as (T & ProblemBody) | null;
  if (response.ok && value !== null) return value;
  throw new RequestProblem(response.status, value?.detail ?? `The server answered with ${response.status}.`, value?.errors);
}
