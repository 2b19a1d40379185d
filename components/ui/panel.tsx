"use client";

import { clsx } from "clsx";
import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { useId, useState } from "react";
import { RequestProblem } from "@/lib/http/client";
import { Button } from "./button";

interface PanelQuery {
  error: Error | null;
  isPending: boolean;
  isPlaceholderData?: boolean;
  refetch?: () => unknown;
}

/**
 * A card with a title. With a query it shows its states: loading keeps the height, an error says what came and offers
 * another try, old figures are dimmed while new ones are on the way. With a table it can show the figures behind a chart.
 */
export function Panel({
  title,
  note,
  action,
  legend,
  query,
  empty,
  minHeight,
  table,
  children,
  className,
}: {
  title: string;
  note?: React.ReactNode;
  /** What can be done with the figures. */
  action?: React.ReactNode;
  legend?: React.ReactNode;
  query?: PanelQuery;
  /** What to say when there is nothing to show; children are not rendered then. */
  empty?: string | false | undefined;
  minHeight?: number;
  table?: React.ReactNode;
  children?: React.ReactNode;
  className?: string;
}) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const hasFigures = (!query || (!query.isPending && !query.error)) && !empty;
  const hasControls = action !== undefined || table !== undefined;
  return (
    <section aria-labelledby={id} className={clsx("@container min-w-0 rounded-xl border border-line bg-surface p-4", className)}>
      <header className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-faint">
        <h2 id={id} className="mr-auto text-sm font-semibold text-ink">
          {title}
        </h2>
        {(legend || note) && (
          <div className={clsx("flex flex-wrap items-center gap-3", hasControls && "order-last basis-full @lg:order-none @lg:basis-auto")}>
            {legend}
            {note}
          </div>
        )}
        {/* Their place is kept, so that nothing moves when the figures come. */}
        {hasControls && (
          <div className={clsx("flex items-center gap-3", !hasFigures && "invisible")}>
            {action}
            {table && (
              <button
                type="button"
                className="no-print rounded p-1 text-faint hover:bg-sunken hover:text-ink"
                aria-pressed={asTable}
                aria-label={`${title}: ${asTable ? "show the chart" : "show the figures as a table"}`}
                title={asTable ? "Show the chart" : "Show the figures as a table"}
                onClick={() => setAsTable(!asTable)}
              >
                {asTable ? <ChartNoAxesColumn size={14} /> : <Table2 size={14} />}
              </button>
            )}
          </div>
        )}
      </header>
      <div
        style={{ minHeight }}
        className={clsx("transition-opacity", query?.isPlaceholderData && "opacity-50")}
        aria-busy={query?.isPending || query?.isPlaceholderData}
      >
        {query?.error ? (
          <div role="alert" className="grid place-items-start gap-2 rounded-lg bg-bad-tint p-3 text-bad">
            <p>{query.error.message}</p>
            {query.refetch && !(query.error instanceof RequestProblem && query.error.status === 400) && (
              <Button onClick={() => query.refetch?.()}>Try again</Button>
            )}
          </div>
        ) : query?.isPending ? (
          <div className="animate-pulse rounded-lg bg-sunken" style={{ height: minHeight ?? 96 }}>
            <span className="sr-only">Loading</span>
          </div>
        ) : empty ? (
          <p className="grid place-items-center px-4 text-center text-faint" style={{ minHeight: minHeight ?? 96 }}>
            {empty}
          </p>
        ) : asTable ? (
          <div className="relative max-h-96 overflow-auto">{table}</div>
        ) : (
          <>
            {children}
            {table && <div className="sr-only">{table}</div>}
          </>
        )}
      </div>
    </section>
  );
}
