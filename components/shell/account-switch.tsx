"use client";

import { usePathname } from "next/navigation";
import { useWorkspace } from "../data/workspace";
import { useView } from "../filters/use-view";

/** Which account the figures are of. Nothing to choose with one. */
export function AccountSwitch() {
  const { accounts } = useWorkspace();
  const { view, change } = useView();
  const path = usePathname();
  if (accounts.length < 2) return null;
  return (
    <label className="grid gap-1 px-2 py-1">
      <span className="text-xs text-faint">Account</span>
      <select
        className="h-8 w-full rounded-md border border-line bg-surface px-2"
        value={view.account[0] ?? ""}
        onChange={(event) => change({ account: event.target.value === "" ? null : event.target.value })}
        disabled={path === "/settings"}
      >
        <option value="">All accounts</option>
        {accounts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
