"use client";

import { useViewWords } from "../data/view-words";
import { PageHead } from "../ui/page-head";
import { ExportMenu } from "./export-menu";
import { FilterBar } from "./filter-bar";
import { SaveView } from "./save-view";
import { ShareView } from "./share-view";

/** The head of a page with figures: its title, what can be done with it, and the filter bar. */
export function ReportHead({ children, ...head }: Omit<React.ComponentProps<typeof PageHead>, "children"> & { children?: React.ReactNode }) {
  const words = useViewWords();
  return (
    <>
      <PageHead {...head}>
        {children}
        <ExportMenu />
        <SaveView />
        <ShareView />
      </PageHead>
      <p className="hidden text-soft print:block">{words.join(" · ")}</p>
      <FilterBar />
    </>
  );
}
