import { AppError, badInput } from "../error";

/** The most bytes of a body: of a JSON body on routes for signed-in callers, of any body on routes for everybody. */
export const mostJsonBytes = 1024 * 1024;
export const mostPublicBytes = 64 * 1024;

/** How deep lists and objects of a JSON body may lie in one another. Nothing that is asked for lies deeper than 4. */
const mostDepth = 32;

const sizeText = (bytes: number) => (bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} KB`);
const tooLarge = (most: number) => new AppError("too_large", `The body may have at most ${sizeText(most)}.`);

/** A request's body, part by part, counted as it comes: what its headers say of its size is not relied on. Error: `too_large`. */
export async function* countedBody(request: Request, most: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
  let size = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > most) throw tooLarge(most);
    yield part;
  }
}

/** A request's body, read whole; no more than `most` bytes of it. Error: `too_large`. */
export async function wholeBody(request: Request, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of countedBody(request, most)) parts.push(part);
  return Buffer.concat(parts);
}

/** A file sent as the request's body. Errors: `too_large`, and `bad_input` on `file` when there is none. */
export async function bodyFile(request: Request, most: number): Promise<Buffer> {
  const file = await wholeBody(request, most);
  if (file.length === 0) throw badInput("file", "is empty");
  return file;
}

/** The same request with a body that ends with an error once it is too large, for readers that take no bound. */
export function boundedRequest(request: Request, most: number): Request {
  if (!request.body) return request;
  const parts = countedBody(request, most);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await parts.return();
    },
  });
  return new Request(request.url, { method: request.method, headers: request.headers, body, duplex: "half" } as RequestInit);
}

/** A JSON body. Errors: `too_large`, and `bad_input` on `body`. */
export async function jsonBody(request: Request, most: number): Promise<unknown> {
  const text = (await wholeBody(request, most)).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput("body", "is not JSON");
  }
  if (isDeeper(value, mostDepth)) throw badInput("body", `lies more than ${mostDepth} levels deep`);
  return value;
}

/** Looks level by level: a value that is too deep for a stack must not be the one that ends it. */
function isDeeper(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level
      .flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []))
      .filter((one) => typeof one === "object" && one !== null);
  }
  return false;
}
