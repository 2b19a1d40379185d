// React's debugging aids need eval; they are in the development build only.
const scripts = `script-src 'self' 'unsafe-inline'${process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : ""}`;

/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // The engines load native code and WebAssembly from their own folders; a bundler must not move them.
  serverExternalPackages: ["@duckdb/node-api", "@electric-sql/pglite", "undici", "pino", "pg"],
  async headers() {
    return [
      {
        // Shared reports say for themselves what they may load and who may frame them.
        source: "/((?!s/).*)",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "Referrer-Policy", value: "no-referrer" },
          { key: "X-Frame-Options", value: "DENY" },
          {
            key: "Content-Security-Policy",
            value: `default-src 'self'; ${scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'`,
          },
        ],
      },
    ];
  },
};
