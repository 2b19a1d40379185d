"use client";

import { signIn } from "next-auth/react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { NewPassword } from "../ui/new-password";
import { ProblemText } from "../ui/problem-text";

/** Sets a password and signs in with it; whoever has two-step sign-in goes on to the code. */
export function InviteForm({ token, email }: { token: string; email: string }) {
  const { isBusy, problem, errors, run } = useAction();
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const password = String(new FormData(event.currentTarget).get("password"));
        void run(async () => {
          await fetchJson("/api/v1/invites/accept", { method: "POST", body: { token, password } });
          const result = await signIn("credentials", { email, password, redirect: false });
          window.location.assign(result?.ok && !result.error ? "/" : "/login");
        });
      }}
    >
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <NewPassword autoFocus errors={errors.password} />
      <ProblemText problem={problem} />
      <Button type="submit" kind="strong" disabled={isBusy}>
        Set password and sign in
      </Button>
    </form>
  );
}
