"use client";

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** Weekday × hour. `values[weekday][hour]`, Monday first; darker is more. A table by itself, so it needs none behind it. */
export function HeatMap({ values, format, caption }: { values: number[][]; format: (value: number) => string; caption: string }) {
  const most = Math.max(1, ...values.flat());
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full min-w-[470px] table-fixed border-separate border-spacing-0.5 text-[10px]">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-faint">
            <th scope="col" className="w-9" aria-label="Weekday" />
            {hours.map((hour) => (
              <th key={hour} scope="col" className="font-normal" aria-label={`${hour}:00`}>
                {hour % 3 === 0 ? hour : ""}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day, weekday) => (
            <tr key={day}>
              <th scope="row" className="text-left font-normal text-faint">
                {day}
              </th>
              {hours.map((hour) => {
                const value = values[weekday]?.[hour] ?? 0;
                const strength = value === 0 ? 0 : 12 + Math.round((value / most) * 88);
                return (
                  <td
                    key={hour}
                    className="h-6 rounded-sm"
                    title={`${day} ${hour}:00 – ${hour + 1}:00: ${format(value)}`}
                    style={{ background: `color-mix(in oklab, var(--series-1) ${strength}%, var(--sunken))` }}
                  >
                    <span className="sr-only">{format(value)}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
