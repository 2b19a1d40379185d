"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { own } from "@/lib/names";
import { Button } from "../ui/button";
import { Field } from "../ui/field";

const said: Record<string, string> = {
  throttled: "Too many failed sign-ins. Try again in 15 minutes.",
  CredentialsSignin: "The e-mail address, the password or the code is wrong.",
  AccessDenied: "You may not sign in here. Ask an admin, or whoever gives out roles at the identity provider.",
  RolesLeftOut:
    "The identity provider did not send your groups, because you are in too many. Ask an admin to have it send roles, or only the groups of this application.",
};
const failed = "Signing in failed. Try again.";

/** Password, then a code where two-step sign-in is on; or the identity provider. `error` is what the way back from it says. */
export function SignInForm({ hasProvider, error: first }: { hasProvider: boolean; error: string | undefined }) {
  const [error, setError] = useState<string | null>(first ? (own(said, first) ?? failed) : null);
  const [isBusy, setBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  return (
    <form
      className="grid gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        setBusy(true);
        const data = Object.fromEntries(new FormData(event.currentTarget));
        const result = await signIn("credentials", { ...data, redirect: false });
        if (result?.ok && !result.error) {
          // A full load, so that nothing of a person who was signed in before stays in memory.
          window.location.assign("/");
          return;
        }
        if (result?.error === "code") setNeedsCode(true);
        setError(result?.error === "code" ? null : (own(said, result?.error ?? "") ?? failed));
        setBusy(false);
      }}
    >
      <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {needsCode && (
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
          hint="Six digits from your authenticator app, or a recovery code."
        />
      )}
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <Button type="submit" kind="strong" disabled={isBusy}>
        {isBusy ? "Signing in" : "Sign in"}
      </Button>
      {hasProvider && (
        <Button onClick={() => void signIn("oidc", { callbackUrl: "/" })} disabled={isBusy}>
          Use single sign-on
        </Button>
      )}
    </form>
  );
}
