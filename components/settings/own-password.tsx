"use client";

import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { signOut } from "../shell/sign-out";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { NewPassword } from "../ui/new-password";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";

/** Changing one's password ends one's sessions everywhere, this one too. */
export function OwnPassword() {
  const { isBusy, problem, errors, run } = useAction();
  return (
    <Panel title="Your password">
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const body = Object.fromEntries(new FormData(event.currentTarget));
          void run(async () => {
            await fetchJson("/api/v1/password", { method: "POST", body });
            await signOut();
          });
        }}
      >
        <Field label="Present password" name="current" type="password" autoComplete="current-password" required errors={errors.current} />
        <NewPassword hint="At least 10 characters. You sign in again with it." errors={errors.password} />
        <ProblemText problem={problem} />
        <div>
          <Button type="submit" kind="strong" disabled={isBusy}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  );
}
