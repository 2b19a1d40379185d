"use client";

import dynamic from "next/dynamic";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { own } from "@/lib/names";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { useFixedFilters } from "./use-view";

const ShareDialog = dynamic(() => import("./share-dialog").then((module) => module.ShareDialog), { ssr: false });

/** The report that a page is shared as; pages about one thing are shared as its overview. */
const pageOf: Record<string, string> = { usage: "usage", quality: "quality", clients: "quality", tracks: "tracks", billing: "billing" };

/** Makes a link to this view for people without an account. */
export function ShareView() {
  const [isOpen, setOpen] = useState(false);
  const mayShare = useWorkspace().person.role !== "viewer";
  const page = own(pageOf, usePathname().split("/")[1] ?? "") ?? "overview";
  const query = new URLSearchParams(useSearchParams().toString());
  const fixed = useFixedFilters();
  for (const [name, values] of Object.entries(fixed)) {
    query.delete(name);
    for (const value of values) query.append(name, value);
  }
  if (!mayShare) return null;
  return (
    <>
      <Button kind="strong" onClick={() => setOpen(true)}>
        Share…
      </Button>
      {isOpen && <ShareDialog page={page} query={query.toString()} onClose={() => setOpen(false)} />}
    </>
  );
}
