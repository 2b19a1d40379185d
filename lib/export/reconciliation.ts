import { reconcile, type reconcileQuery } from "../billing";
import { type ViewDefaults, viewOf, viewQuery } from "../metrics";
import type { List } from "./list";

interface Line {
  group: "differing" | "missing here" | "id changed by a spreadsheet" | "missing there";
  id: string;
  callId: string | null;
  person: string | null;
  loggedAt: string | null;
  theirs: number | null;
  ours: number | null;
}

/** Every row that is not matched; what the rows add sums to the difference. */
export async function reconciliationList(file: Buffer, input: ReturnType<typeof reconcileQuery.parse>, defaults: ViewDefaults): Promise<List<Line>> {
  const { differing, missingHere, changedIds, missingThere, meta } = await reconcile(file, input, defaults, Number.POSITIVE_INFINITY);
  const none = { callId: null, person: null, loggedAt: null, theirs: null, ours: null };
  const rows: Line[] = [
    ...differing.rows.map(({ id, callId, theirs, ours }): Line => ({ ...none, group: "differing", id, callId, theirs, ours })),
    ...missingHere.rows.map(({ id, minutes }): Line => ({ ...none, group: "missing here", id, theirs: minutes })),
    ...changedIds.rows.map(({ id, minutes }): Line => ({ ...none, group: "id changed by a spreadsheet", id, theirs: minutes })),
    ...missingThere.rows.map(
      ({ id, callId, userName, loggedAt, minutes }): Line => ({ ...none, group: "missing there", id, callId, person: userName, loggedAt, ours: minutes }),
    ),
  ];
  return {
    what: "reconciliation",
    title: "Reconciliation",
    view: viewOf(viewQuery.parse({ from: input.from, to: input.to, tz: input.tz, basis: input.basis, account: input.account }), defaults),
    meta,
    rows,
    columns: [
      { name: "group", header: "Group", kind: "text", of: ({ group }) => group },
      { name: "id", header: "Id in the file or Log ID", kind: "text", of: ({ id }) => id },
      { name: "call_id", header: "Call id", kind: "text", of: ({ callId }) => callId },
      { name: "person", header: "Person", kind: "text", of: ({ person }) => person },
      { name: "logged_at", header: "Logged (UTC)", kind: "text", of: ({ loggedAt }) => loggedAt },
      { name: "theirs", header: "Minutes in the file", kind: "minutes", total: true, of: ({ theirs }) => theirs },
      { name: "ours", header: "Minutes here", kind: "minutes", total: true, of: ({ ours }) => ours },
      { name: "adds", header: "Adds to the difference", kind: "minutes", total: true, of: ({ theirs, ours }) => (theirs ?? 0) - (ours ?? 0) },
    ],
  };
}
