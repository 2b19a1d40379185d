"use client";

import { useWorkspace } from "../data/workspace";
import { PageHead } from "../ui/page-head";
import { AccountList } from "./account-list";
import { Coverage } from "./coverage";
import { ImportFile } from "./import-file";
import { LoadPeriod } from "./load-period";
import { Loads } from "./loads";
import { RejectedRecords } from "./rejected-records";

/** Whoever sees a part of the calls sees which days are loaded, and nothing that is of all of them. */
export function AccountsPage() {
  const { seesAll } = useWorkspace();
  return (
    <>
      <PageHead title="Accounts & sync" />
      <AccountList />
      {seesAll && <LoadPeriod />}
      <Coverage />
      {seesAll && (
        <>
          <div className="grid gap-3 lg:grid-cols-2">
            <Loads />
            <ImportFile />
          </div>
          <RejectedRecords />
        </>
      )}
    </>
  );
}
