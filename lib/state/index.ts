export { type Kept, kept } from "./kept";
export { closeInterrupted, sendOnce } from "./outbox";
export * from "./schema";
export { readSettings, type WorkspaceSettings, workspaceSettings, writeSettings } from "./settings";
export { closeState, type Database, openPglite, openPostgres, type State, state, useState } from "./state";
