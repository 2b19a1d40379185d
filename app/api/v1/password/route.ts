import { addressOf, changeOwnPassword } from "@/lib/auth";
import { AppError } from "@/lib/error";
import { route, schemas } from "@/lib/http";

export const POST = route({ role: "viewer", query: schemas.noQuery, body: schemas.passwordBody }, async ({ body, principal, request }) => {
  if (principal.kind !== "session") throw new AppError("forbidden", "An API token has no password.");
  await changeOwnPassword(principal.id, body.current, body.password, addressOf(request.headers));
  return new Response(null, { status: 204 });
});
