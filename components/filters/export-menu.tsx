"use client";

import { ChevronDown } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";
import { comparedParams, viewParams } from "./view";

const ExportDialog = dynamic(() => import("./export-dialog").then((module) => module.ExportDialog), { ssr: false });

export interface Exported {
  title: string;
  path: string;
  /** What a line of the file is; absent where lines say nothing. */
  unit?: string;
  /** What is sent along, where the export is made from a file. */
  file?: File;
}

const item = "block w-full rounded-md px-2.5 py-1.5 text-left hover:bg-sunken";

/** Takes the view's calls, or everything finance asks for, away as a file; or prints the page. */
export function ExportMenu() {
  const { view } = useView();
  const [isOpen, setOpen] = useState(false);
  const [exported, setExported] = useState<Exported | null>(null);
  const params = viewParams(view);
  const start = (one: Exported) => {
    setOpen(false);
    setExported(one);
  };
  return (
    <>
      <Popover
        align="end"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <Button>
            Export <ChevronDown size={13} aria-hidden />
          </Button>
        }
      >
        <div className="grid w-60 max-w-full">
          <button
            type="button"
            className={item}
            onClick={() => start({ title: "Finance workbook", path: `/api/v1/export/workbook.xlsx?${comparedParams(view)}` })}
          >
            Finance workbook, XLSX
          </button>
          <button type="button" className={item} onClick={() => start({ title: "Calls", path: `/api/v1/export/calls.csv?${params}`, unit: "calls" })}>
            Calls, CSV
          </button>
          <button type="button" className={item} onClick={() => start({ title: "Calls", path: `/api/v1/export/calls.csv?${params}&decimal=,`, unit: "calls" })}>
            Calls, CSV with decimal comma
          </button>
          <button
            type="button"
            className={item}
            onClick={() => {
              setOpen(false);
              // The menu must be gone before the page is put on paper.
              setTimeout(() => window.print(), 100);
            }}
          >
            Print or save as PDF
          </button>
        </div>
      </Popover>
      {exported && <ExportDialog exported={exported} onClose={() => setExported(null)} />}
    </>
  );
}
