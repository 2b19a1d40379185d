/** What the browser tests, the sample API and the app under test agree on. */
export const appPort = 3210;
/** As `npm start` does. */
export const asStarted = { MALLOC_ARENA_MAX: "2", UV_THREADPOOL_SIZE: "24" };
export const apiPort = 4210;
export const adminToken = "e2e-admin-token-0123456789";
export const oidcPort = 5210;
export const oidc = { clientId: "meetledger", clientSecret: "a client secret for tests" };
export const person = { name: "Asha Rao", email: "asha@example.com", password: "correct horse battery" };
/** Days in the past, so that they are final when they are loaded. */
export const sample = { appId: "sample-app", appKey: "sample-key", from: "2026-09-01", to: "2026-10-31", callsPerDay: 700, badWeek: "2026-10-12" };
/** Where the signed-in browser's cookies are kept between test files. */
export const signedInFile = "test-results/signed-in.json";
