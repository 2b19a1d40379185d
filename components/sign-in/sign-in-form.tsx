"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";

const said: Record<string, string> = {
  throttled: "Too many failed sign-ins. Try again in 15 minutes.",
  CredentialsSignin: "The e-mail address or the password is wrong.",
};

export function SignInForm() {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  return (
    <form
      className="grid gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        setBusy(true);
        const data = new FormData(event.currentTarget);
        const result = await signIn("credentials", { email: data.get("email"), password: data.get("password"), redirect: false });
        if (result?.ok && !result.error) {
          // A full load, so that nothing of a person who was signed in before stays in memory.
          window.location.assign("/");
          return;
        }
        setError(said[result?.error ?? ""] ?? "Signing in failed. Try again.");
        setBusy(false);
      }}
    >
      <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <Button type="submit" kind="strong" disabled={isBusy}>
        {isBusy ? "Signing in" : "Sign in"}
      </Button>
    </form>
  );
}
