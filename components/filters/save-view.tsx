"use client";

import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";

// Dialogs and their placing come when one is opened.
const SaveDialog = dynamic(() => import("./save-dialog").then((module) => module.SaveDialog), { ssr: false });

/** Keeps the page with its filters under a name. */
export function SaveView() {
  const [isOpen, setOpen] = useState(false);
  const page = usePathname();
  const query = useSearchParams().toString();
  const client = useQueryClient();
  const action = useAction();
  const save = (name: string, team: boolean) =>
    action.run(async () => {
      await fetchJson("/api/v1/views", { method: "POST", body: { name, team, page, query } });
      await client.invalidateQueries({ queryKey: ["views"] });
      setOpen(false);
    });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Save view</Button>
      {isOpen && <SaveDialog onClose={() => setOpen(false)} onSave={save} isBusy={action.isBusy} problem={action.problem} />}
    </>
  );
}
