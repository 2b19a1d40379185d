import { AppError, badInput } from "../error";

/** A file sent as the request's body, read whole; no more than `most` bytes of it. Errors: `too_large`, and `bad_input` on `file` when there is none. */
export async function bodyFile(request: Request, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > most) throw new AppError("too_large", `The file may have at most ${most / 1024 / 1024} MB.`);
    parts.push(part);
  }
  if (size === 0) throw badInput("file", "is empty");
  return Buffer.concat(parts);
}
