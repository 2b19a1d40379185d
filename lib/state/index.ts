export { type Kept, kept } from "./kept";
export { closeInterrupted, sendOnce } from "./outbox";
export * from "./schema";
export { readSettings, type WorkspaceSettings, workspaceSettings, writeSettings } from "./settings";
export { checkState, closeState, type Database, openPglite, openPostgres, openState, type State, state, useState } from "./state";
