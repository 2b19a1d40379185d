import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { messageOf } from "./error";
import { once } from "./once";

const blank = (value: unknown) => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(type: T) => z.preprocess(blank, type.optional());
const webUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" });

/** What loading takes. Queries and exports that need more spill to disk. */
export const leastWarehouseMemory = "256MB";

const environment = z
  .object({
    PORT: z.preprocess(blank, z.coerce.number("must be a port number").int().min(1).max(65535).default(3000)),
    DATA_DIR: z.preprocess(blank, z.string().default("./data")),
    DATABASE_URL: optional(postgresUrl),
    CLICKHOUSE_URL: optional(z.string()),
    NEXTAUTH_URL: optional(webUrl),
    NEXTAUTH_SECRET: optional(z.string().min(16, "must have at least 16 characters")),
    CREDENTIALS_KEY: optional(z.string().min(16, "must have at least 16 characters")),
    ADMIN_EMAIL: optional(z.email("must be an e-mail address")),
    ADMIN_PASSWORD: optional(z.string().min(10, "must have at least 10 characters")),
    ADMIN_API_TOKEN: optional(z.string().min(16, "must have at least 16 characters")),
    CDR_API_URL: optional(webUrl),
    CDR_APP_ID: optional(z.string()),
    CDR_APP_KEY: optional(z.string()),
    CDR_ALLOWED_HOSTS: z.preprocess(
      (value) =>
        String(value ?? "")
          .split(/[\s,]+/)
          .filter(Boolean),
      z.array(z.string().toLowerCase()),
    ),
    OIDC_ISSUER: optional(webUrl),
    OIDC_CLIENT_ID: optional(z.string()),
    OIDC_CLIENT_SECRET: optional(z.string()),
    OIDC_SCOPE: z.preprocess(blank, z.string().default("openid email profile")),
    /** The claim that says which roles a person has: by its name, such as `https://example.com/roles`, or by a path, as in `realm_access.roles`. */
    OIDC_ROLE_CLAIM: z.preprocess(blank, z.string().default("roles")),
    /** Which value of the claim gives which role; `*` is whoever the provider lets in. Values with commas: the pairs are separated by semicolons. */
    OIDC_ROLES: z.preprocess(
      (value) => {
        const text = String(blank(value) ?? "admin=admin,analyst=analyst,viewer=viewer");
        return text.split(text.includes(";") ? ";" : ",").filter((pair) => pair.trim() !== "");
      },
      z.array(
        z
          .string()
          .regex(
            /^\s*(admin|analyst|viewer)\s*=\s*\S.*$/,
            "must look like admin=value,analyst=value,viewer=*; with ; between the pairs where values hold commas",
          )
          .transform((pair) => {
            const [role = "", ...claim] = pair.split("=");
            return { role: role.trim() as "admin" | "analyst" | "viewer", claim: claim.join("=").trim() };
          }),
      ),
    ),
    /** Where mail goes out; `?from=` names the sender. */
    SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: "must be an smtp:// or smtps:// URL" })),
    LOG_LEVEL: z.preprocess(blank, z.enum(["debug", "info", "warn", "error", "silent"]).default("info")),
    /** Most memory of the embedded warehouse; beyond it, it spills to disk. */
    WAREHOUSE_MEMORY: z.preprocess(
      blank,
      z
        .string()
        .regex(/^\d+(MB|GB)$/, "must look like 512MB or 4GB")
        .refine(
          (text) => text.endsWith("GB") || Number.parseInt(text, 10) >= Number.parseInt(leastWarehouseMemory, 10),
          `must be at least ${leastWarehouseMemory}: loading takes so much`,
        )
        .default(leastWarehouseMemory),
    ),
    /** Addresses and networks of proxies in front: only what they say of a caller's address is believed. */
    TRUSTED_PROXIES: z.preprocess(
      (value) =>
        String(value ?? "")
          .split(/[\s,]+/)
          .filter(Boolean),
      z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], "must be addresses or networks such as 127.0.0.1,10.0.0.0/8")),
    ),
    /** Takes a warehouse over that the state store does not know. */
    ADOPT_WAREHOUSE: z.preprocess(blank, z.enum(["yes", "no"], "must be yes or no").default("no")),
    /** Minutes between automatic refreshes of the last days; 0 switches them off. */
    REFRESH_MINUTES: z.preprocess(blank, z.coerce.number("must be a number of minutes").min(0).default(30)),
  })
  .superRefine((value, context) => {
    if (Boolean(value.CDR_APP_ID) !== Boolean(value.CDR_APP_KEY)) {
      const missing = value.CDR_APP_ID ? "CDR_APP_KEY" : "CDR_APP_ID";
      context.addIssue({ code: "custom", path: [missing], message: "CDR_APP_ID and CDR_APP_KEY go together" });
    }
    for (const name of ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const) {
      if (Boolean(value.OIDC_ISSUER) !== Boolean(value[name])) {
        context.addIssue({ code: "custom", path: [name], message: "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together" });
      }
    }
    // Named by the product's contract for large installations; saying so beats silently using another store.
    if (value.CLICKHOUSE_URL) {
      context.addIssue({ code: "custom", path: ["CLICKHOUSE_URL"], message: "this version has no ClickHouse store yet; unset it to use the embedded one" });
    }
    if (Boolean(value.ADMIN_EMAIL) !== Boolean(value.ADMIN_PASSWORD)) {
      const missing = value.ADMIN_EMAIL ? "ADMIN_PASSWORD" : "ADMIN_EMAIL";
      context.addIssue({ code: "custom", path: [missing], message: "ADMIN_EMAIL and ADMIN_PASSWORD go together" });
    }
  });

export type Config = z.infer<typeof environment> & { NEXTAUTH_SECRET: string; CREDENTIALS_KEY: string };

export const defaultCdrApiUrl = "https://api.smartflomeet.ttns.in/video/v2";

/** Checks every setting. Throws one error whose lines each name a setting and what is wrong with it. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Wrong setting. ${lines.join("; ")}`);
  }
  const dataDir = resolve(parsed.data.DATA_DIR);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`Wrong setting. DATA_DIR: cannot be made or written (${(error as Error).message})`);
  }
  return {
    ...parsed.data,
    DATA_DIR: dataDir,
    NEXTAUTH_SECRET: parsed.data.NEXTAUTH_SECRET ?? secretFile(dataDir, "nextauth-secret", "NEXTAUTH_SECRET"),
    CREDENTIALS_KEY: parsed.data.CREDENTIALS_KEY ?? secretFile(dataDir, "credentials-key", "CREDENTIALS_KEY"),
  };
}

/** What a secret of our own making is long. */
const secretLength = 64;

/** A secret kept in DATA_DIR with mode 0600, made at first start: whole or not at all. One that is empty or cut is refused. */
function secretFile(dataDir: string, name: string, setting: string): string {
  const path = join(dataDir, name);
  if (!existsSync(path)) makeSecret(path);
  const secret = readFileSync(path, "utf8").trim();
  if (secret.length < secretLength) {
    throw new Error(
      `The secret in ${path} is ${secret === "" ? "empty" : `cut: ${secret.length} of ${secretLength} characters`}. Put the file back from a backup, or set ${setting}.`,
    );
  }
  return secret;
}

/** Written elsewhere and then given its name, which fails when another process was first: nobody ever reads a part of it. */
function makeSecret(path: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    const file = openSync(/* turbopackIgnore: true */ draft, "w", 0o600);
    try {
      writeFileSync(file, randomBytes(secretLength / 2).toString("hex"));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some file systems know no second names.
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code ?? "") && !existsSync(path)) renameSync(draft, path);
    else if (code !== "EEXIST") throw new Error(`The secret ${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The settings of this process, checked once. */
export function config(): Config {
  return once("config", () => readConfig(process.env));
}
