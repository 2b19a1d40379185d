import { type APIRequestContext, expect } from "@playwright/test";
import { adminToken } from "./settings";

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

/** The totals of a metrics query. */
export async function totals(request: APIRequestContext, query: string): Promise<Record<string, number>> {
  const response = await ask(request, `/api/v1/metrics?${query}`);
  expect(response.status()).toBe(200);
  return (await response.json()).totals;
}
