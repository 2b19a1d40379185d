import { sql } from "drizzle-orm";
import { json, route } from "@/lib/http";
import { log } from "@/lib/log";
import { state } from "@/lib/state";
import { warehouse } from "@/lib/warehouse";

export const GET = route({ role: "public" }, async () => {
  const [warehouseAnswer, stateAnswer] = await Promise.allSettled([
    warehouse().then((store) => store.query({ sql: "SELECT 1 AS one", values: [] })),
    state().then((db) => db.execute(sql`SELECT 1`)),
  ]);
  for (const answer of [warehouseAnswer, stateAnswer]) if (answer.status === "rejected") log().error({ error: String(answer.reason) }, "not ready");
  const ready = { warehouse: warehouseAnswer.status === "fulfilled", state: stateAnswer.status === "fulfilled" };
  return json({ status: ready.warehouse && ready.state ? "ready" : "not ready", ...ready }, ready.warehouse && ready.state ? 200 : 503);
});
