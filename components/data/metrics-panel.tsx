"use client";

import { Download } from "lucide-react";
import { useRef, useState } from "react";
import { useView } from "../filters/use-view";
import { exportPath, type MetricsSpec } from "../filters/view";
import { Panel } from "../ui/panel";
import { Popover } from "../ui/popover";
import { emptyWords } from "./loaded";
import type { useMetrics } from "./use-metrics";
import { useViewWords } from "./view-words";

/** A panel whose figures, and whose picture where it shows one, can be taken away. */
export function MetricsPanel({
  spec,
  picture = true,
  query,
  empty,
  ...panel
}: React.ComponentProps<typeof Panel> & { spec: MetricsSpec; query: ReturnType<typeof useMetrics>; picture?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box} className="grid min-w-0">
      <Panel
        {...panel}
        query={query}
        empty={emptyWords(query.data?.meta, empty)}
        action={<ExportMenu spec={spec} title={panel.title} picture={picture} box={box} />}
      />
    </div>
  );
}

const item = "block w-full rounded-md px-2.5 py-1.5 text-left hover:bg-sunken";

function ExportMenu({ spec, title, picture, box }: { spec: MetricsSpec; title: string; picture: boolean; box: React.RefObject<HTMLDivElement | null> }) {
  const { view } = useView();
  const words = useViewWords();
  const [isOpen, setOpen] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const draw = async (form: "png" | "svg") => {
    setFailed(null);
    try {
      const { savePicture } = await import("../charts/picture");
      const panel = box.current?.querySelector("section");
      if (panel) await savePicture(panel, { title, form, lines: words });
      setOpen(false);
    } catch (error) {
      setFailed(`The picture could not be made: ${error instanceof Error ? error.message : "unknown reason"}`);
    }
  };
  return (
    <Popover
      align="end"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button type="button" aria-label={`${title}: export`} title="Export" className="no-print rounded p-1 text-faint hover:bg-sunken hover:text-ink">
          <Download size={14} aria-hidden />
        </button>
      }
    >
      <div className="grid w-44">
        <a className={item} href={exportPath("metrics.csv", view, spec)} download onClick={() => setOpen(false)}>
          Figures, CSV
        </a>
        <a className={item} href={exportPath("metrics.xlsx", view, spec)} download onClick={() => setOpen(false)}>
          Figures, XLSX
        </a>
        {picture && (
          <>
            <button type="button" className={item} onClick={() => void draw("png")}>
              Picture, PNG
            </button>
            <button type="button" className={item} onClick={() => void draw("svg")}>
              Picture, SVG
            </button>
          </>
        )}
        {failed && (
          <p role="alert" className="px-2.5 py-1 text-bad">
            {failed}
          </p>
        )}
      </div>
    </Popover>
  );
}
