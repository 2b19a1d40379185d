import { endSessions, listPeople } from "@/lib/auth";
import { AppError } from "@/lib/error";
import { route, schemas } from "@/lib/http";

export const DELETE = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  if (!(await listPeople()).some((person) => person.id === params.id)) throw new AppError("not_found", "There is no such person.");
  await endSessions(params.id);
  return new Response(null, { status: 204 });
});
