/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // The engines load native code and WebAssembly from their own folders; a bundler must not move them.
  serverExternalPackages: ["@duckdb/node-api", "@electric-sql/pglite", "undici", "pino", "pg"],
  async headers() {
    return [
      {
        // Shared reports say for themselves what they may load and who may frame them. What scripts a page may run is said in proxy.ts.
        source: "/((?!s/).*)",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "Referrer-Policy", value: "no-referrer" },
          { key: "X-Frame-Options", value: "DENY" },
        ],
      },
      { source: "/(api|_next)/(.*)", headers: [{ key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" }] },
      {
        // Whoever came by TLS once comes by nothing else. Browsers heed this over TLS alone.
        source: "/(.*)",
        has: [{ type: "header", key: "x-forwarded-proto", value: "https" }],
        headers: [{ key: "Strict-Transport-Security", value: "max-age=31536000" }],
      },
    ];
  },
};
