import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "postgresql", schema: "./lib/state/schema.ts", out: "./lib/state/migrations" });
