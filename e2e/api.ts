import { type APIRequestContext, expect, type PlaywrightWorkerArgs } from "@playwright/test";
import { adminToken, appPort } from "./settings";

/** Asks a route of the app with a token (the admin's, if none is given; null: signed out). */
export async function ask(
  request: APIRequestContext,
  path: string,
  options: { method?: string; data?: unknown; token?: string | null; headers?: Record<string, string> } = {},
) {
  const token = options.token === undefined ? adminToken : options.token;
  return request.fetch(path, {
    method: options.method ?? "GET",
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...options.headers },
    ...(options.data === undefined ? {} : { data: options.data as object }),
  });
}

/** Requests of somebody who has signed in with a password. */
export async function signedInAs(playwright: PlaywrightWorkerArgs["playwright"], email: string, password: string): Promise<APIRequestContext> {
  const context = await playwright.request.newContext({ baseURL: `http://127.0.0.1:${appPort}` });
  const { csrfToken } = (await (await context.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const answer = await context.post("/api/auth/callback/credentials", { form: { email, password, csrfToken, json: "true" } });
  expect(new URL(((await answer.json()) as { url: string }).url).searchParams.get("error")).toBeNull();
  return context;
}

/** Makes a share link that ends by itself, and waits until it has. */
export async function endedShare(request: APIRequestContext, data: object): Promise<{ id: string; token: string }> {
  for (let seconds = 1; ; seconds *= 2) {
    const expiresAt = new Date(Date.now() + seconds * 1_000).toISOString();
    const made = await ask(request, "/api/v1/shares", { method: "POST", data: { ...data, expiresAt } });
    // On a slow machine a brief link is over before it is asked for.
    if (made.status() === 400 && seconds < 300) continue;
    expect(made.status()).toBe(201);
    const share = await made.json();
    await expect.poll(async () => (await request.get(`/s/${share.token}`)).status()).toBe(404);
    return share;
  }
}

/** The totals of a metrics query. */
export async function totals(request: APIRequestContext, query: string): Promise<Record<string, number>> {
  const response = await ask(request, `/api/v1/metrics?${query}`);
  expect(response.status()).toBe(200);
  return (await response.json()).totals;
}
