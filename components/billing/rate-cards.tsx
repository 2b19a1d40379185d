"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { grouped } from "../data/grouped";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { Table } from "../ui/table";

interface Conditions {
  account?: string[];
  app?: string[];
  role?: string[];
  room?: string[];
  tag?: string[];
  sip?: boolean;
}

interface Card {
  id: string;
  version: number;
  name: string;
  currency: string;
  perMinute: string;
  perScreenMinute: string;
  perPublishedMinute: string;
  validFrom: string;
  validTo: string | null;
  conditions: Conditions;
  includedMinutes: number;
  minimumCharge: string;
  tiers: { above: number; perMinute: string }[];
  taxName: string | null;
  taxPercent: string;
  createdBy: string;
  createdAt: number;
  replacedAt: number | null;
}

const listed = ["account", "app", "role", "room", "tag"] as const;

function tellConditions({ sip, ...lists }: Conditions): string {
  const parts = Object.entries(lists).map(([name, values]) => `${name} ${(values as string[]).join(" or ")}`);
  if (sip !== undefined) parts.push(sip ? "SIP callers" : "not SIP");
  return parts.join(", ") || "every call";
}

/** Rate cards with all their versions. A card is never edited: a change makes a new version. */
export function RateCards() {
  const { person, currency } = useWorkspace();
  const format = useFormat();
  const client = useQueryClient();
  const cards = useQuery({ queryKey: ["rates"], queryFn: () => fetchJson<{ rows: Card[] }>("/api/v1/rates") });
  const [edited, setEdited] = useState<Card | "new" | null>(null);
  const ending = useAction();
  const isAdmin = person.role === "admin";
  const byCard = [...grouped(cards.data?.rows ?? [], ({ id }) => id).values()];
  const saved = async () => {
    setEdited(null);
    await client.invalidateQueries();
  };
  return (
    <>
      <Panel
        title="Rate cards"
        note={
          isAdmin && (
            <Button kind="strong" onClick={() => setEdited("new")}>
              Add rate card
            </Button>
          )
        }
        query={cards}
        empty={byCard.length === 0 && "No rate cards yet. With one, every page tells what calls cost."}
        minHeight={120}
      >
        <ProblemText problem={ending.problem} />
        <div className="grid gap-4">
          {byCard.map((versions) => {
            const card = versions[0] as Card;
            const isOpen = card.replacedAt === null;
            return (
              <section key={card.id} aria-label={card.name} className="rounded-lg border border-line p-3">
                <div className="mb-2 flex flex-wrap items-center gap-2">
                  <h3 className="font-semibold">{card.name}</h3>
                  {isOpen ? (
                    card.currency === currency ? (
                      <Badge tone="good">in force</Badge>
                    ) : (
                      <Badge tone="warn">{`in ${card.currency}: counts nowhere`}</Badge>
                    )
                  ) : (
                    <Badge>ended</Badge>
                  )}
                  <span className="text-soft">{tellConditions(card.conditions)}</span>
                  {isAdmin && isOpen && (
                    <span className="ml-auto flex gap-1">
                      <Button aria-label={`Change ${card.name}`} onClick={() => setEdited(card)}>
                        Change
                      </Button>
                      <Button
                        kind="danger"
                        aria-label={`End ${card.name}`}
                        disabled={ending.isBusy}
                        onClick={() =>
                          void ending.run(async () => {
                            await fetchJson(`/api/v1/rates/${card.id}`, { method: "DELETE" });
                            await saved();
                          })
                        }
                      >
                        End
                      </Button>
                    </span>
                  )}
                </div>
                <Table
                  caption={`Versions of ${card.name}`}
                  rows={versions}
                  rowKey={({ version }) => String(version)}
                  columns={[
                    { key: "version", label: "Version", cell: ({ version }) => version },
                    { key: "rate", label: "A minute", numeric: true, cell: ({ perMinute }) => perMinute },
                    {
                      key: "tiers",
                      label: "Tiers",
                      className: "hidden md:table-cell",
                      cell: ({ tiers }) => tiers.map(({ above, perMinute }) => `above ${format.whole(above)}: ${perMinute}`).join(", ") || "–",
                    },
                    {
                      key: "included",
                      label: "Included",
                      numeric: true,
                      className: "hidden md:table-cell",
                      cell: ({ includedMinutes }) => format.whole(includedMinutes),
                    },
                    { key: "minimum", label: "Minimum", numeric: true, className: "hidden md:table-cell", cell: ({ minimumCharge }) => minimumCharge },
                    {
                      key: "tax",
                      label: "Tax",
                      numeric: true,
                      cell: ({ taxName, taxPercent }) => (Number(taxPercent) > 0 ? `${taxName ?? "Tax"} ${taxPercent} %` : "–"),
                    },
                    { key: "valid", label: "Valid (UTC)", cell: ({ validFrom, validTo }) => `${validFrom} to ${validTo ?? "…"}` },
                    {
                      key: "by",
                      label: "Made by",
                      className: "hidden lg:table-cell",
                      cell: ({ createdBy, createdAt }) => `${createdBy}, ${format.moment(new Date(createdAt).toISOString())}`,
                    },
                  ]}
                />
              </section>
            );
          })}
        </div>
        <p className="mt-3 text-xs text-faint">
          The first card that fits a call is its card: those with more conditions are tried first, then those that came into force last.
        </p>
      </Panel>
      {edited && <CardDialog card={edited === "new" ? null : edited} onClose={() => setEdited(null)} onSaved={saved} />}
    </>
  );
}

const names = (text: FormDataEntryValue | null) =>
  String(text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

function CardDialog({ card, onClose, onSaved }: { card: Card | null; onClose: () => void; onSaved: () => Promise<void> }) {
  const { currency } = useWorkspace();
  const { isBusy, problem, errors, run } = useAction();
  const submit = (form: FormData) => {
    const conditions: Conditions = {};
    for (const name of listed) {
      const values = names(form.get(name));
      if (values.length > 0) conditions[name] = values;
    }
    const sip = form.get("sip");
    if (sip === "yes" || sip === "no") conditions.sip = sip === "yes";
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const tiers = text("tiers")
      .split(/[\n;]+/)
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const [above = "", perMinute = ""] = line.split(":").map((part) => part.trim());
        return { above: Number(above), perMinute };
      });
    const body = {
      name: text("name"),
      currency: text("currency"),
      perMinute: text("perMinute"),
      perScreenMinute: text("perScreenMinute") || "0",
      perPublishedMinute: text("perPublishedMinute") || "0",
      validFrom: text("validFrom"),
      validTo: text("validTo") || null,
      conditions,
      includedMinutes: Number(text("includedMinutes") || 0),
      minimumCharge: text("minimumCharge") || "0",
      tiers,
      taxName: text("taxName") || null,
      taxPercent: text("taxPercent") || "0",
    };
    return run(async () => {
      await fetchJson(card ? `/api/v1/rates/${card.id}` : "/api/v1/rates", { method: card ? "PUT" : "POST", body });
      await onSaved();
    });
  };
  return (
    <Dialog
      onClose={onClose}
      title={card ? `A new version of ${card.name}` : "Add a rate card"}
      description={card ? "The version before is kept and counts no more." : "Empty conditions let every call through."}
      wide
    >
      <form
        className="grid gap-3 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <Field label="Name" name="name" required defaultValue={card?.name} errors={errors.name} />
        <Field label="Currency" name="currency" required defaultValue={card?.currency ?? currency} errors={errors.currency} />
        <Field
          label="Rate a connect minute"
          name="perMinute"
          inputMode="decimal"
          required
          defaultValue={card?.perMinute}
          placeholder="0.40"
          errors={errors.perMinute}
        />
        <Field
          label="Rate a screen-share minute"
          name="perScreenMinute"
          inputMode="decimal"
          defaultValue={card?.perScreenMinute ?? "0"}
          errors={errors.perScreenMinute}
        />
        <Field
          label="Rate a published minute"
          name="perPublishedMinute"
          inputMode="decimal"
          defaultValue={card?.perPublishedMinute ?? "0"}
          errors={errors.perPublishedMinute}
        />
        <Field
          label="Minimum charge a month"
          name="minimumCharge"
          inputMode="decimal"
          defaultValue={card?.minimumCharge ?? "0"}
          errors={errors.minimumCharge}
        />
        <Field label="Valid from (UTC)" name="validFrom" type="date" required defaultValue={card?.validFrom} errors={errors.validFrom} />
        <Field
          label="Valid to (UTC)"
          name="validTo"
          type="date"
          defaultValue={card?.validTo ?? ""}
          hint="Empty: until further notice"
          errors={errors.validTo}
        />
        <Field
          label="Included minutes a month"
          name="includedMinutes"
          inputMode="numeric"
          defaultValue={card?.includedMinutes ?? 0}
          errors={errors.includedMinutes}
        />
        <Field
          label="Volume tiers"
          name="tiers"
          defaultValue={card?.tiers.map(({ above, perMinute }) => `${above}: ${perMinute}`).join("; ")}
          hint="Such as 100000: 0.35; 500000: 0.30"
          errors={errors.tiers}
        />
        <Field label="Tax" name="taxName" defaultValue={card?.taxName ?? "GST"} errors={errors.taxName} />
        <Field label="Tax, per cent" name="taxPercent" inputMode="decimal" defaultValue={card?.taxPercent ?? "18"} errors={errors.taxPercent} />
        {listed.map((name) => (
          <Field
            key={name}
            label={`Only ${name === "app" ? "apps" : `${name}s`}`}
            name={name}
            defaultValue={card?.conditions[name]?.join(", ")}
            hint={name === "account" ? "Account ids, separated by commas" : "Separated by commas"}
          />
        ))}
        <Select label="SIP callers" name="sip" defaultValue={card?.conditions.sip === undefined ? "" : card.conditions.sip ? "yes" : "no"}>
          <option value="">all calls</option>
          <option value="yes">only SIP callers</option>
          <option value="no">without SIP callers</option>
        </Select>
        <div className="grid gap-3 sm:col-span-2">
          {errors.conditions && <p className="text-bad">{errors.conditions.join(", ")}</p>}
          <ProblemText problem={problem} />
          <Button type="submit" kind="strong" disabled={isBusy}>
            {card ? "Save as a new version" : "Add rate card"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
