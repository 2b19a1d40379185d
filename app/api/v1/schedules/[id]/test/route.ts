import { AppError, messageOf } from "@/lib/error";
import { json, route, schemas } from "@/lib/http";
import { testSchedule } from "@/lib/reports";

export const POST = route(
  { role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery, body: schemas.scheduleTest },
  async ({ params, body }) => {
    try {
      await testSchedule(params.id, body.to);
    } catch (error) {
      if (error instanceof AppError) throw error;
      // What the mail server said is what the sender needs to know.
      throw new AppError("upstream_failed", `The mail was not sent: ${messageOf(error)}`);
    }
    return json({ sent: true });
  },
);
