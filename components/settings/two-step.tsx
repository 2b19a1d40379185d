"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { renderSVG } from "uqr";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";

/** One's own second step at sign-in: an authenticator app, and recovery codes for when it is lost. */
export function TwoStep() {
  const { person } = useWorkspace();
  const router = useRouter();
  const { isBusy, problem, errors, run, clear } = useAction();
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [recovery, setRecovery] = useState<string[] | null>(null);
  const send = (method: "PUT" | "DELETE", form: FormData) =>
    run(async () => {
      const answer = await fetchJson<{ recovery: string[] } | undefined>("/api/v1/two-step", { method, body: { code: form.get("code") } });
      setBegun(null);
      setRecovery(answer?.recovery ?? null);
      router.refresh();
    });
  const codeForm = (method: "PUT" | "DELETE", label: string) => (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send(method, new FormData(event.currentTarget));
      }}
    >
      <Field label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required errors={errors.code} />
      <ProblemText problem={problem} />
      <div className="flex gap-2">
        <Button type="submit" kind={method === "PUT" ? "strong" : "danger"} disabled={isBusy}>
          {label}
        </Button>
        {begun && (
          <Button
            onClick={() => {
              setBegun(null);
              clear();
            }}
          >
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
  return (
    <Panel title="Two-step sign-in" note={<Badge tone={person.hasTwoStep ? "good" : "plain"}>{person.hasTwoStep ? "on" : "off"}</Badge>}>
      {recovery ? (
        <>
          <p className="mb-2 text-soft">Two-step sign-in is on. Each of these codes opens the door once, should the app be lost.</p>
          <ShownOnce text={recovery.join("\n")} testId="recovery" onDone={() => setRecovery(null)} />
        </>
      ) : person.hasTwoStep ? (
        <>
          <p className="mb-3 text-soft">You sign in with your password and a code from your authenticator app. A code, or a recovery code, switches it off.</p>
          {codeForm("DELETE", "Switch off")}
        </>
      ) : begun ? (
        <div className="grid gap-3">
          <p className="text-soft">Scan this with an authenticator app, or type the secret into it. Then enter the code that it shows.</p>
          {/* The library draws nothing but squares from the text that it is given. */}
          <div
            role="img"
            aria-label="QR code of the secret"
            className="w-44 rounded-md bg-white p-2"
            // biome-ignore lint/security/noDangerouslySetInnerHtml: drawn here, from our own secret
            dangerouslySetInnerHTML={{ __html: renderSVG(begun.uri, { border: 1 }) }}
          />
          <code className="rounded-md bg-sunken p-2 break-all" data-testid="secret">
            {begun.secret}
          </code>
          {codeForm("PUT", "Switch on")}
        </div>
      ) : (
        <div className="grid gap-3">
          <p className="text-soft">A code from an authenticator app, besides the password, each time you sign in.</p>
          <ProblemText problem={problem} always />
          <div>
            <Button
              disabled={isBusy}
              onClick={() => void run(async () => setBegun(await fetchJson<{ secret: string; uri: string }>("/api/v1/two-step", { method: "POST" })))}
            >
              Set up
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}
