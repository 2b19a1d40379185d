import { randomBytes, randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

/** 200 strangers at full speed, with made-up addresses, as a process of their own: `strangers.ts <address> <token of a link> <seconds>`. Tells how often each status came. */

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** Signs in as a browser does; whether a session came of it. */
export async function signIn(address: string, email: string, password: string, headers: Record<string, string> = {}): Promise<boolean> {
  const first = await fetch(`${address}/api/auth/csrf`, { headers });
  const cookies = first.headers.getSetCookie().map((one) => one.split(";")[0]);
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const answer = await fetch(`${address}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { ...headers, cookie: cookies.join("; "), "content-type": "application/x-www-form-urlencoded" },
    body: form({ email, password, csrfToken, json: "true" }),
  });
  await answer.text();
  return answer.headers.getSetCookie().some((one) => /session-token=./.test(one));
}

const many = 200;
const large = `{"name":"${"a".repeat(2_000_000)}"}`;

async function flood(address: string, link: string, seconds: number): Promise<Map<string, number>> {
  const json = (path: string, body: string, headers: Record<string, string>) =>
    fetch(`${address}${path}`, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
  const tries: ((headers: Record<string, string>) => Promise<unknown>)[] = [
    (headers) => signIn(address, `${randomBytes(4).toString("hex")}@example.com`, "a wrong password", headers),
    (headers) => signIn(address, "viewer@example.com", "a wrong password", headers),
    (headers) => json("/api/v1/setup", JSON.stringify({ email: "a@example.com", name: "A", password: "a password of mine" }), headers),
    (headers) =>
      fetch(`${address}/s/${link}/unlock`, {
        method: "POST",
        redirect: "manual",
        headers: { ...headers, origin: address, "content-type": "application/x-www-form-urlencoded" },
        body: form({ password: "wrong" }),
      }),
    (headers) => json("/api/v1/notify/made-up", "{}", { ...headers, authorization: `Basic ${Buffer.from("a:b").toString("base64")}` }),
    (headers) => json("/api/v1/setup", large, headers),
  ];
  const statuses = new Map<string, number>();
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: many }, async (_, stranger) => {
      for (let turn = stranger; performance.now() < end; turn++) {
        const headers = { "x-forwarded-for": `${randomInt(1, 224)}.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}` };
        // A body that is refused while it is sent ends the connection.
        const answer = await tries[turn % tries.length]?.(headers).catch(() => "cut off");
        if (answer instanceof Response) await answer.arrayBuffer().catch(() => {});
        const told = answer instanceof Response ? String(answer.status) : answer === false ? "sign-in refused" : String(answer);
        statuses.set(told, (statuses.get(told) ?? 0) + 1);
      }
    }),
  );
  return statuses;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [address = "", link = "", seconds = "60"] = process.argv.slice(2);
  const statuses = await flood(address, link, Number(seconds));
  process.stdout.write([...statuses].map(([status, count]) => `${status}: ${count}`).join(", "));
}
