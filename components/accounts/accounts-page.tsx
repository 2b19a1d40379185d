"use client";

import { PageHead } from "../ui/page-head";
import { AccountList } from "./account-list";
import { Coverage } from "./coverage";
import { ImportFile } from "./import-file";
import { LoadPeriod } from "./load-period";
import { Loads } from "./loads";
import { RejectedRecords } from "./rejected-records";

export function AccountsPage() {
  return (
    <>
      <PageHead title="Accounts & sync" />
      <AccountList />
      <LoadPeriod />
      <Coverage />
      <div className="grid gap-3 lg:grid-cols-2">
        <Loads />
        <ImportFile />
      </div>
      <RejectedRecords />
    </>
  );
}
