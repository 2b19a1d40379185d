"use client";

import { useWorkspace } from "../data/workspace";
import { Notice } from "../ui/notice";
import { PageHead } from "../ui/page-head";
import { Journal } from "./journal";
import { OwnPassword } from "./own-password";
import { People } from "./people";
import { Tokens } from "./tokens";
import { TwoStep } from "./two-step";
import { WorkspaceForm } from "./workspace-form";

export function SettingsPage() {
  const { person } = useWorkspace();
  const isAdmin = person.role === "admin";
  return (
    <>
      <PageHead title="Settings" />
      {!isAdmin && <Notice>Time zone, people and tokens are set by an admin.</Notice>}
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <WorkspaceForm disabled={!isAdmin} />
        {person.signsIn === "password" && (
          <div className="grid gap-3">
            <OwnPassword />
            <TwoStep />
          </div>
        )}
      </div>
      {isAdmin && <People />}
      {isAdmin && <Tokens />}
      {isAdmin && <Journal />}
    </>
  );
}
