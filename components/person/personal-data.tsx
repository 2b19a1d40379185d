"use client";

import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Notice } from "../ui/notice";
import { ProblemText } from "../ui/problem-text";

/** For an admin: what is stored of a person, to hand over or to erase for good. */
export function PersonalData({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [erased, setErased] = useState<{ calls: number; pseudonym: string; unreadable: number; setAside: number } | null>(null);
  const { isBusy, problem, run } = useAction();
  const close = () => {
    // Nothing of the person is to stay in memory, and the page's own address holds the ref.
    if (erased) window.location.replace(`/people/${encodeURIComponent(erased.pseudonym)}`);
    else setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Personal data…</Button>
      {isOpen && (
        <Dialog onClose={close} title="Personal data" description={`What is stored of ${id}, over all accounts and all time.`}>
          {erased ? (
            <div className="grid gap-3">
              <p role="status">
                Erased from {erased.calls} calls and their raw records. What stays stands under <code>{erased.pseudonym}</code>; every figure is what it was.
                {erased.unreadable > 0 &&
                  ` ${erased.unreadable === 1 ? "1 raw record" : `${erased.unreadable} raw records`} could not be read, and so ${erased.unreadable === 1 ? "was" : "were"} taken away whole.`}
              </p>
              {erased.setAside > 0 && (
                <Notice tone="warn">
                  {erased.setAside === 1 ? "One file" : `${erased.setAside} files`} of raw records that this warehouse does not know may still name the person.
                  Whoever runs the server can remove {erased.setAside === 1 ? "it" : "them"} from the folder <code>warehouse.duckdb.raw/set-aside</code>.
                </Notice>
              )}
              <div>
                <Button kind="strong" onClick={close}>
                  Done
                </Button>
              </div>
            </div>
          ) : (
            <>
              <div className="grid gap-2">
                <p className="text-soft">Every call with its raw record, as one JSON file, for whoever asks what is stored of them.</p>
                <div>
                  <a
                    className="inline-flex h-8 items-center rounded-md border border-line bg-surface px-3 font-medium hover:bg-sunken"
                    href={`/api/v1/export/person.json?person=${encodeURIComponent(id)}`}
                    download
                  >
                    Export
                  </a>
                </div>
              </div>
              <form
                className="grid gap-3 border-line border-t pt-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  void run(async () => setErased(await fetchJson("/api/v1/persons/erase", { method: "POST", body: { person: id } })));
                }}
              >
                <p className="text-soft">
                  Erasing takes name, ref, addresses and agents out of every call and raw record, also of those that are loaded later. It cannot be undone.
                  Every figure stays.
                </p>
                <Field label={`Type ${id} to erase`} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
                <ProblemText problem={problem} always />
                <div>
                  <Button type="submit" kind="danger" disabled={isBusy || typed !== id}>
                    {isBusy ? "Erasing" : "Erase this person"}
                  </Button>
                </div>
              </form>
            </>
          )}
        </Dialog>
      )}
    </>
  );
}
