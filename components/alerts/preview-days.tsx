"use client";

import { clsx } from "clsx";
import { useFormat } from "../data/format";
import type { Preview, watched } from "./alert";

/** What the alert would have read on each of the last 30 days, as bars; a table says the same for screen readers. */
export function PreviewDays({ preview: { fired, days }, unit }: { preview: Preview; unit: (typeof watched)[keyof typeof watched]["unit"] }) {
  const format = useFormat();
  const most = Math.max(...days.map(({ value }) => value ?? 0), Number.MIN_VALUE);
  const tell = (value: number | null) => (value === null ? "nothing to tell" : format.figure(value, unit));
  return (
    <div className="rounded-md border border-line p-3" data-testid="preview">
      <p aria-live="polite">
        Would have fired <b className="font-semibold">{fired === 1 ? "once" : `${fired} times`}</b> in the last 30 days.
      </p>
      <div aria-hidden className="mt-2 flex h-16 items-end gap-px">
        {days.map(({ day, value, isBreach }) => (
          <span
            key={day}
            title={`${format.longDay(day)}: ${tell(value)}`}
            className={clsx("min-h-px flex-1 rounded-t-sm", value === null ? "bg-sunken" : isBreach ? "bg-bad" : "bg-accent/60")}
            style={{ height: value === null ? "100%" : `${(value / most) * 100}%` }}
          />
        ))}
      </div>
      <table className="sr-only">
        <caption>What it would have read</caption>
        <tbody>
          {days.map(({ day, value, isBreach }) => (
            <tr key={day}>
              <th scope="row">{format.longDay(day)}</th>
              <td>{tell(value)}</td>
              <td>{isBreach ? "passes the mark" : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
