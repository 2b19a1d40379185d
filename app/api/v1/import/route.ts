import { roleFor } from "@/lib/auth";
import { AppError, appErrorOf, badInput } from "@/lib/error";
import { boundedRequest, json, route, schemas } from "@/lib/http";
import { importFile } from "@/lib/sync";

/** A form is read as a whole before its file can be; larger files are sent as the body itself. */
const mostFormBytes = 256 * 1024 * 1024;

async function fileOf(request: Request): Promise<AsyncIterable<Uint8Array>> {
  if (!request.headers.get("content-type")?.startsWith("multipart/form-data")) {
    if (!request.body) throw badInput("file", "is missing");
    return request.body as unknown as AsyncIterable<Uint8Array>;
  }
  const form = await boundedRequest(request, mostFormBytes)
    .formData()
    .catch((error: unknown) => {
      const known = appErrorOf(error);
      if (known?.code === "too_large") throw new AppError("too_large", "A form may hold at most 256 MB. Send a larger file as the request's body.");
      throw known ?? badInput("file", "is not in a form that can be read");
    });
  const file = form.get("file");
  if (!(file instanceof File)) throw badInput("file", "is missing");
  return file.stream() as unknown as AsyncIterable<Uint8Array>;
}

export const POST = route({ role: roleFor.import, whole: true, query: schemas.importQuery }, async ({ query, request }) =>
  json(await importFile(await fileOf(request), query.account)),
);
