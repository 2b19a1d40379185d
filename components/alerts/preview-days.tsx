"use client";

import { clsx } from "clsx";
import { useFormat } from "../data/format";
import type { Preview, watched } from "./alert";

/** What the alert would have read on each of the last 30 days, as bars; a table says the same for screen readers. */
export function PreviewDays({ preview: { fired, days }, unit }: { preview: Preview; unit: (typeof watched)[keyof typeof watched]["unit"] }) {
  const format = useFormat();
  const most = Math.max(...days.map(({ value }) => value ?? 0), Number.MIN_VALUE);
  const tell = ({ value, notLoaded }: Preview["days"][number]) =>
    value !== null ? format.figure(value, unit) : notLoaded.length > 0 ? "could not judge, not all loaded" : "nothing to tell";
  const unjudged = days.filter(({ value, notLoaded }) => value === null && notLoaded.length > 0).length;
  return (
    <div className="rounded-md border border-line p-3" data-testid="preview">
      <p aria-live="polite">
        Would have fired <b className="font-semibold">{fired === 1 ? "once" : `${fired} times`}</b> in the last 30 days.
        {unjudged > 0 && ` It could not judge ${unjudged === 1 ? "1 day" : `${unjudged} days`}, because days are not loaded.`}
      </p>
      <div aria-hidden className="mt-2 flex h-16 items-end gap-px">
        {days.map((one) => (
          <span
            key={one.day}
            title={`${format.longDay(one.day)}: ${tell(one)}`}
            className={clsx(
              "min-h-px flex-1 rounded-t-sm",
              one.value !== null ? (one.isBreach ? "bg-bad" : "bg-accent/60") : one.notLoaded.length > 0 ? "hatched" : "bg-sunken",
            )}
            style={{ height: one.value === null ? "100%" : `${(one.value / most) * 100}%` }}
          />
        ))}
      </div>
      <table className="sr-only">
        <caption>What it would have read</caption>
        <tbody>
          {days.map((one) => (
            <tr key={one.day}>
              <th scope="row">{format.longDay(one.day)}</th>
              <td>{tell(one)}</td>
              <td>{one.isBreach ? "passes the mark" : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
