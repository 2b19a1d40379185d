import { z } from "zod";
import { roleFor } from "../auth";
import { auditQuery, forecastQuery, invoiceQuery, reconcileQuery } from "../billing";
import { auditExportQuery, callsExportQuery, metricsExportQuery, workbookQuery } from "../export";
import { callsQuery, changesQuery, contrastsQuery, dimensionNames, dimensionOf, measureNames, measureOf, metricsQuery } from "../metrics";
import type { Role } from "../state";
import { workspaceSettings } from "../state";
import * as schemas from "./schemas";

interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  /** `notice`: the secret of an account, by HTTP Basic. */
  role: Role | "public" | "notice";
  /** Only for those who see all of the calls. */
  whole?: true;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The type of a body that is not JSON. */
  file?: "cdr" | "text/csv";
  status?: number;
  /** For readers without an account: it answers with a page, or a file, also when it refuses. */
  html?: true;
}

/** Every route, with the schemas that check it. A test holds this list against the route files. */
export const operations: Operation[] = [
  {
    method: "get",
    path: "/api/cdr/period/{from}/{to}",
    role: "viewer",
    whole: true,
    summary: "All CDRs of a period (UTC days), from the CDR API",
    params: schemas.periodPath,
    query: schemas.proxyQuery,
  },
  {
    method: "get",
    path: "/api/cdr/room/{room}",
    role: "viewer",
    whole: true,
    summary: "All CDRs of a room, from the CDR API",
    params: schemas.roomPath,
    query: schemas.proxyQuery,
  },
  {
    method: "get",
    path: "/api/cdr/room-period/{room}/{from}/{to}",
    role: "viewer",
    whole: true,
    summary: "A room's CDRs of a period, from the CDR API",
    params: schemas.roomPeriodPath,
    query: schemas.proxyQuery,
  },
  {
    method: "get",
    path: "/api/cdr/conf/{conf}",
    role: "viewer",
    whole: true,
    summary: "A conference's CDRs, from the CDR API",
    params: schemas.confPath,
    query: schemas.proxyQuery,
  },
  { method: "get", path: "/api/v1/metrics", role: "viewer", summary: "Figures, grouped and filtered", query: metricsQuery },
  { method: "get", path: "/api/v1/calls", role: "viewer", summary: "Calls, page by page", query: callsQuery },
  { method: "get", path: "/api/v1/calls/{cdrId}", role: "viewer", summary: "One call with its raw record", params: schemas.callPath, query: schemas.callQuery },
  { method: "get", path: "/api/v1/conferences", role: "viewer", summary: "Search conferences", query: schemas.searchQuery },
  {
    method: "get",
    path: "/api/v1/conferences/{conf}",
    role: "viewer",
    summary: "One conference with its calls",
    params: schemas.confPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/conferences/{conf}",
    role: "analyst",
    whole: true,
    summary: "Fetch a conference from the CDR API and keep its calls",
    params: schemas.confPath,
    query: schemas.noQuery,
  },
  { method: "get", path: "/api/v1/export/calls.csv", role: "viewer", summary: "The view's calls as CSV, streamed", query: callsExportQuery },
  { method: "get", path: "/api/v1/export/metrics.csv", role: "viewer", summary: "Figures as CSV", query: metricsExportQuery },
  { method: "get", path: "/api/v1/export/metrics.xlsx", role: "viewer", summary: "Figures as a workbook", query: metricsExportQuery },
  { method: "get", path: "/api/v1/export/workbook.xlsx", role: "viewer", summary: "The finance workbook", query: workbookQuery },
  { method: "get", path: "/api/v1/export/contrasts.csv", role: "viewer", summary: "Groups against the rest as CSV", query: contrastsQuery },
  { method: "get", path: "/api/v1/export/contrasts.xlsx", role: "viewer", summary: "Groups against the rest as a workbook", query: contrastsQuery },
  { method: "get", path: "/api/v1/export/changes.csv", role: "viewer", summary: "What each group adds to a change, as CSV", query: changesQuery },
  { method: "get", path: "/api/v1/export/changes.xlsx", role: "viewer", summary: "The same as a workbook", query: changesQuery },
  {
    method: "get",
    path: "/api/v1/export/rejected.csv",
    role: "viewer",
    whole: true,
    summary: "Rejected records with reasons as CSV",
    query: schemas.rejectedExport,
  },
  { method: "get", path: "/api/v1/export/audit.csv", role: roleFor.audit, summary: "Findings of the audit as CSV", query: auditExportQuery },
  { method: "get", path: "/api/v1/rates", role: "viewer", whole: true, summary: "Every version of every rate card", query: schemas.noQuery },
  { method: "post", path: "/api/v1/rates", role: "admin", summary: "Add a rate card", query: schemas.noQuery, body: schemas.rateCardBody, status: 201 },
  {
    method: "put",
    path: "/api/v1/rates/{id}",
    role: "admin",
    summary: "A new version of a rate card",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.rateCardBody,
  },
  { method: "delete", path: "/api/v1/rates/{id}", role: "admin", summary: "Take a rate card out of force", params: schemas.idPath, query: schemas.noQuery },
  { method: "get", path: "/api/v1/billing/invoice", role: "viewer", whole: true, summary: "What a month's invoice should say", query: invoiceQuery },
  { method: "get", path: "/api/v1/billing/forecast", role: "viewer", summary: "What a month will come to", query: forecastQuery },
  { method: "get", path: "/api/v1/billing/budgets", role: "viewer", whole: true, summary: "Budgets of a month", query: schemas.noQuery },
  {
    method: "put",
    path: "/api/v1/billing/budgets",
    role: "analyst",
    whole: true,
    summary: "Set a budget, or take it away",
    query: schemas.noQuery,
    body: schemas.budgetBody,
  },
  {
    method: "post",
    path: "/api/v1/billing/reconcile",
    role: roleFor.reconcile,
    whole: true,
    summary: "Hold the vendor's list of CDRs (CSV, XLSX or XLS) against the loaded calls",
    query: reconcileQuery,
    file: "text/csv",
  },
  { method: "get", path: "/api/v1/audit", role: roleFor.audit, summary: "Findings of the audit", query: auditQuery },
  {
    method: "put",
    path: "/api/v1/audit/{key}",
    role: roleFor.decide,
    whole: true,
    summary: "Accept or dispute a finding",
    params: schemas.findingPath,
    query: schemas.noQuery,
    body: schemas.decisionBody,
  },
  { method: "get", path: "/api/v1/schedules", role: "analyst", whole: true, summary: "Reports sent by e-mail, with their latest runs", query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/schedules",
    role: "analyst",
    whole: true,
    summary: "Send a saved view by e-mail",
    query: schemas.noQuery,
    body: schemas.scheduleBody,
    status: 201,
  },
  {
    method: "put",
    path: "/api/v1/schedules/{id}",
    role: "analyst",
    whole: true,
    summary: "Change a schedule",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.scheduleChange,
  },
  {
    method: "delete",
    path: "/api/v1/schedules/{id}",
    role: "analyst",
    whole: true,
    summary: "Remove a schedule",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/schedules/{id}/test",
    role: "analyst",
    whole: true,
    summary: "Send a schedule now, to one address",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.scheduleTest,
  },
  {
    method: "post",
    path: "/api/v1/schedules/{id}/take-over",
    role: "analyst",
    whole: true,
    summary: "Become the maker of a schedule, by whose rights it runs",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  { method: "get", path: "/api/v1/shares", role: "analyst", summary: "Links to reports: one's own, for an admin all", query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/shares",
    role: "analyst",
    summary: "Make a link to a report, /s/{token}; the token is shown once",
    query: schemas.noQuery,
    body: schemas.shareBody,
    status: 201,
  },
  { method: "delete", path: "/api/v1/shares/{id}", role: "analyst", summary: "Take a link back", params: schemas.idPath, query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/shares/{id}/take-over",
    role: "admin",
    summary: "Become the maker of a link, by whose rights it opens",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "get",
    path: "/api/v1/alerts",
    role: "analyst",
    whole: true,
    summary: "Alerts with their latest breaches and what was told of them",
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/alerts",
    role: "analyst",
    whole: true,
    summary: "Add an alert; the secret that signs its webhook is shown once",
    query: schemas.noQuery,
    body: schemas.alertBody,
    status: 201,
  },
  {
    method: "put",
    path: "/api/v1/alerts/{id}",
    role: "analyst",
    whole: true,
    summary: "Change an alert",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.alertBody,
  },
  {
    method: "delete",
    path: "/api/v1/alerts/{id}",
    role: "analyst",
    whole: true,
    summary: "Remove an alert",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/alerts/{id}/test",
    role: "analyst",
    whole: true,
    summary: "Send an alert now, as a test",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/alerts/{id}/take-over",
    role: "analyst",
    whole: true,
    summary: "Become the maker of an alert, by whose rights it runs",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/alerts/preview",
    role: "analyst",
    whole: true,
    summary: "How often an alert would have fired in the last 30 days",
    query: schemas.noQuery,
    body: schemas.alertBody,
  },
  { method: "get", path: "/api/v1/journal", role: "admin", summary: "Who did what, when and from where", query: schemas.journalQuery },
  { method: "get", path: "/api/v1/export/journal.csv", role: "admin", summary: "The same as CSV", query: schemas.journalQuery },
  { method: "get", path: "/api/v1/changes", role: "viewer", summary: "Which groups moved a figure against the period before", query: changesQuery },
  { method: "get", path: "/api/v1/contrasts", role: "viewer", summary: "Groups whose calls are worse than the rest", query: contrastsQuery },
  { method: "get", path: "/api/v1/find", role: "viewer", summary: "Rooms, conferences, persons and calls by name or id", query: schemas.findQuery },
  { method: "get", path: "/api/v1/persons", role: "viewer", summary: "Search persons by name or ref", query: schemas.searchQuery },
  { method: "get", path: "/api/v1/rooms/{room}", role: "viewer", summary: "One room with its label and tag", params: schemas.roomPath, query: schemas.noQuery },
  {
    method: "put",
    path: "/api/v1/rooms/{room}",
    role: "analyst",
    whole: true,
    summary: "Give a room a label and a tag",
    params: schemas.roomPath,
    query: schemas.noQuery,
    body: schemas.labelBody,
  },
  { method: "get", path: "/api/v1/rooms/labels", role: "viewer", summary: "The tags in use", query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/rooms/labels",
    role: "analyst",
    whole: true,
    summary: "Labels and tags from a table file, CSV or XLSX: room_id, label, tag",
    query: schemas.noQuery,
    file: "text/csv",
  },
  { method: "get", path: "/api/v1/views", role: "viewer", summary: "Saved views: one's own and the team's", query: schemas.noQuery },
  { method: "post", path: "/api/v1/views", role: "viewer", summary: "Save a view", query: schemas.noQuery, body: schemas.viewBody, status: 201 },
  {
    method: "patch",
    path: "/api/v1/views/{id}",
    role: "viewer",
    summary: "Change a saved view, or start with it",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.viewChange,
  },
  { method: "delete", path: "/api/v1/views/{id}", role: "viewer", summary: "Remove a saved view", params: schemas.idPath, query: schemas.noQuery },
  { method: "get", path: "/api/v1/rooms", role: "viewer", summary: "Search rooms by name or id", query: schemas.searchQuery },
  { method: "get", path: "/api/v1/coverage", role: "viewer", summary: "What is loaded, per UTC day", query: schemas.coverageQuery },
  { method: "get", path: "/api/v1/rejected", role: "viewer", whole: true, summary: "Rejected records with reasons", query: schemas.rejectedQuery },
  { method: "get", path: "/api/v1/sync", role: "viewer", whole: true, summary: "The latest loads", query: schemas.jobsQuery },
  { method: "post", path: "/api/v1/sync", role: "analyst", whole: true, summary: "Load a period", query: schemas.noQuery, body: schemas.syncBody, status: 202 },
  { method: "get", path: "/api/v1/sync/{jobId}", role: "viewer", whole: true, summary: "Progress of a load", params: schemas.jobPath, query: schemas.noQuery },
  { method: "delete", path: "/api/v1/sync/{jobId}", role: "analyst", whole: true, summary: "Cancel a load", params: schemas.jobPath, query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/import",
    role: roleFor.import,
    whole: true,
    summary: "Load a file of CDRs (JSON or NDJSON)",
    query: schemas.importQuery,
    file: "cdr",
  },
  {
    method: "get",
    path: "/api/v1/accounts",
    role: "viewer",
    summary: "Accounts without their keys, removed ones that left calls, and which have calls of one another",
    query: schemas.noQuery,
  },
  { method: "post", path: "/api/v1/accounts", role: "admin", summary: "Add an account", query: schemas.noQuery, body: schemas.accountBody, status: 201 },
  {
    method: "put",
    path: "/api/v1/accounts/{id}",
    role: "admin",
    summary: "Change an account",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.accountChange,
  },
  {
    method: "delete",
    path: "/api/v1/accounts/{id}",
    role: "admin",
    summary: "Remove an account; its calls are kept, or taken away",
    params: schemas.idPath,
    query: schemas.removalQuery,
  },
  {
    method: "patch",
    path: "/api/v1/accounts/{id}",
    role: "admin",
    summary: "Which calls of an account count",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.countingChange,
  },
  {
    method: "get",
    path: "/api/v1/accounts/{id}/notify",
    role: "admin",
    summary: "The latest conferences that the CDR service said are ready",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/accounts/{id}/notify",
    role: "admin",
    summary: "A secret with which the CDR service says that a conference is ready; it is shown once",
    params: schemas.idPath,
    query: schemas.noQuery,
    status: 201,
  },
  {
    method: "delete",
    path: "/api/v1/accounts/{id}/notify",
    role: "admin",
    summary: "Take no more notices of an account",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/notify/{account}",
    role: "notice",
    summary: "For the CDR service: a conference's CDRs are ready to be fetched",
    params: schemas.noticePath,
    query: schemas.noQuery,
    body: schemas.noticeBody,
    status: 202,
  },
  {
    method: "get",
    path: "/api/v1/export/person.json",
    role: "admin",
    summary: "Everything that is stored of one person's calls",
    query: schemas.personQuery,
  },
  {
    method: "post",
    path: "/api/v1/persons/erase",
    role: "admin",
    summary: "Erase one person from calls and raw records, for good; every figure stays",
    query: schemas.noQuery,
    body: schemas.personQuery,
  },
  { method: "post", path: "/api/v1/accounts/test", role: "admin", summary: "Test a connection", query: schemas.noQuery, body: schemas.connectionTest },
  { method: "get", path: "/api/v1/people", role: "admin", summary: "People and their roles", query: schemas.noQuery },
  { method: "post", path: "/api/v1/people", role: "admin", summary: "Add a person", query: schemas.noQuery, body: schemas.personBody, status: 201 },
  {
    method: "patch",
    path: "/api/v1/people/{id}",
    role: "admin",
    summary: "Change a person",
    params: schemas.idPath,
    query: schemas.noQuery,
    body: schemas.personChange,
  },
  {
    method: "delete",
    path: "/api/v1/people/{id}/sessions",
    role: "admin",
    summary: "Sign a person out everywhere",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/people/{id}/invite",
    role: "admin",
    summary: "A link to set a new password; it is shown once",
    params: schemas.idPath,
    query: schemas.noQuery,
    status: 201,
  },
  {
    method: "delete",
    path: "/api/v1/people/{id}/two-step",
    role: "admin",
    summary: "Switch a person's two-step sign-in off",
    params: schemas.idPath,
    query: schemas.noQuery,
  },
  {
    method: "post",
    path: "/api/v1/invites",
    role: "admin",
    summary: "Add a person, and a link to set the password; it is shown once",
    query: schemas.noQuery,
    body: schemas.inviteBody,
    status: 201,
  },
  {
    method: "post",
    path: "/api/v1/invites/accept",
    role: "public",
    summary: "Set the password that a link is for",
    query: schemas.noQuery,
    body: schemas.acceptBody,
  },
  { method: "post", path: "/api/v1/two-step", role: "viewer", summary: "A new secret for one's own two-step sign-in", query: schemas.noQuery },
  {
    method: "put",
    path: "/api/v1/two-step",
    role: "viewer",
    summary: "Switch one's own two-step sign-in on with a first code",
    query: schemas.noQuery,
    body: schemas.codeBody,
  },
  {
    method: "delete",
    path: "/api/v1/two-step",
    role: "viewer",
    summary: "Switch one's own two-step sign-in off with a code",
    query: schemas.noQuery,
    body: schemas.codeBody,
  },
  { method: "post", path: "/api/v1/password", role: "viewer", summary: "Change one's own password", query: schemas.noQuery, body: schemas.passwordBody },
  { method: "get", path: "/api/v1/tokens", role: "admin", summary: "API tokens, without their secrets", query: schemas.noQuery },
  {
    method: "post",
    path: "/api/v1/tokens",
    role: "admin",
    summary: "Make an API token; it is shown once",
    query: schemas.noQuery,
    body: schemas.tokenBody,
    status: 201,
  },
  { method: "delete", path: "/api/v1/tokens/{id}", role: "admin", summary: "Revoke an API token", params: schemas.idPath, query: schemas.noQuery },
  { method: "get", path: "/api/v1/settings", role: "viewer", summary: "Time zone, currency and number format", query: schemas.noQuery },
  { method: "put", path: "/api/v1/settings", role: "admin", summary: "Change the settings", query: schemas.noQuery, body: workspaceSettings },
  {
    method: "post",
    path: "/api/v1/setup",
    role: "public",
    summary: "Make the first admin; works once",
    query: schemas.noQuery,
    body: schemas.setUpBody,
    status: 201,
  },
  { method: "get", path: "/s/{token}", role: "public", html: true, summary: "A shared report", params: schemas.sharePath, query: schemas.shareQuery },
  {
    method: "post",
    path: "/s/{token}/unlock",
    role: "public",
    html: true,
    summary: "Open a shared report that has a password; leads back to it",
    params: schemas.sharePath,
    status: 303,
  },
  {
    method: "get",
    path: "/s/{token}/figures.csv",
    role: "public",
    html: true,
    summary: "A shared report's figures by day, where the link allows it",
    params: schemas.sharePath,
    query: schemas.shareQuery,
  },
  {
    method: "get",
    path: "/s/{token}/figures.xlsx",
    role: "public",
    html: true,
    summary: "The same as a workbook",
    params: schemas.sharePath,
    query: schemas.shareQuery,
  },
  { method: "get", path: "/api/openapi.json", role: "public", summary: "This document" },
  { method: "get", path: "/api/health", role: "public", summary: "Whether the process lives" },
  { method: "get", path: "/api/ready", role: "public", summary: "Whether the stores answer" },
  { method: "get", path: "/api/metrics/prometheus", role: "viewer", whole: true, summary: "Figures for operators, in Prometheus text format" },
];

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; required?: string[]; description?: string };

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: "input", unrepresentable: "any" }) as JsonSchema;

function parameters(type: z.ZodType | undefined, place: "path" | "query") {
  if (!type) return [];
  const { properties = {}, required = [] } = schemaOf(type);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description ? { description } : {}),
    schema,
  }));
}

const problem = { description: "Problem details (RFC 9457)", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };

/** The OpenAPI document, made from the schemas that check the requests and from the tables of figures. */
export function openApi(): object {
  const paths = new Map<string, Record<string, object>>();
  for (const { method, path, role, whole, summary, params, query, body, file, status, html } of operations) {
    const content =
      file === "text/csv"
        ? { "text/csv": {} }
        : file
          ? { "application/json": {}, "application/x-ndjson": {}, "multipart/form-data": {} }
          : body
            ? { "application/json": { schema: schemaOf(body) } }
            : null;
    paths.set(path, {
      ...paths.get(path),
      [method]: {
        summary,
        description:
          role === "public"
            ? "Needs no sign-in."
            : role === "notice"
              ? "Needs the account's secret for notices, by HTTP Basic."
              : `Needs the role ${role}${whole ? ", and sight of all calls" : ""}.`,
        security: role === "public" ? [] : role === "notice" ? [{ basic: [] }] : [{ bearer: [] }, { session: [] }],
        parameters: [...parameters(params, "path"), ...parameters(query, "query")],
        ...(content ? { requestBody: { required: true, content } } : {}),
        responses: {
          [String(status ?? 200)]: { description: "Success" },
          ...(html ? { default: { description: "A page that says why not", content: { "text/html": {} } } } : { default: problem }),
        },
      },
    });
  }
  return {
    openapi: "3.1.0",
    info: { title: "Meetledger", version: "1", description: "Usage and billing figures over the CDR API of Smartflo Meet and other EnableX-based services." },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token" },
      },
      schemas: {
        Problem: {
          type: "object",
          required: ["type", "title", "status", "detail"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            detail: { type: "string" },
            errors: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
            upstream: { type: "object" },
          },
        },
        Measure: {
          type: "string",
          enum: measureNames,
          description: measureNames.map((name) => `${name}: ${measureOf(name).label} (${measureOf(name).unit})`).join("\n"),
        },
        Dimension: { type: "string", enum: dimensionNames, description: dimensionNames.map((name) => `${name}: ${dimensionOf(name).label}`).join("\n") },
      },
    },
  };
}
