"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { fetchJson, type RequestProblem } from "@/lib/http/client";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { NewPassword } from "../ui/new-password";

export function SetUpForm() {
  const [problem, setProblem] = useState<RequestProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  return (
    <form
      className="grid gap-3"
      onSubmit={async (event) => {
        event.preventDefault();
        setBusy(true);
        setProblem(null);
        const { name, email, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
        try {
          await fetchJson("/api/v1/setup", { method: "POST", body: { name, email, password } });
          await signIn("credentials", { email, password, redirect: false });
          window.location.assign("/accounts");
        } catch (error) {
          setProblem(error as RequestProblem);
          setBusy(false);
        }
      }}
    >
      <Field label="Your name" name="name" autoComplete="name" required autoFocus errors={problem?.errors.name} />
      <Field label="E-mail" name="email" type="email" autoComplete="username" required errors={problem?.errors.email} />
      <NewPassword label="Password" errors={problem?.errors.password} />
      {problem && Object.keys(problem.errors).length === 0 && (
        <p role="alert" className="text-bad">
          {problem.message}
        </p>
      )}
      <Button type="submit" kind="strong" disabled={isBusy}>
        {isBusy ? "Setting up" : "Make the first admin"}
      </Button>
    </form>
  );
}
