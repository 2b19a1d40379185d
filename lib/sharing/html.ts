import { escaped, htmlPage } from "../html";
import { bucketStates, dimensionOf, type LoadState, type MeasureName, measureOf, whyNoSum } from "../metrics";
import { nameOf } from "../names";
import { daySpans, daysBetween } from "../time";
import type { Report } from "./report";

function teller({ locale, currency }: Report): (name: MeasureName, value: unknown) => string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat(locale, { style: "currency", currency });
  return (name, value) => {
    if (typeof value !== "number") return "–";
    const { unit } = measureOf(name);
    if (unit === "share") return `${share.format(value * 100)} %`;
    if (unit === "money") return money.format(value);
    if (unit === "seconds") return `${number.format(Math.round(value / 360) / 10)} h`;
    return number.format(value);
  };
}

const [width, height, bottom] = [720, 190, 18];
const colors = ["#2f6bed", "#8fb0f6", "#c98500", "#12958a", "#7c4dcc", "#9a9ba3"];

/** Where nothing is loaded the drawing is hatched; what may still change is lighter. */
function unknownDays(states: Map<string, LoadState>, days: string[]): { behind: string; over: string } {
  const step = width / days.length;
  const box = (index: number, fill: string) => `<rect x="${(index * step).toFixed(1)}" y="0" width="${step.toFixed(1)}" height="${height - bottom}" ${fill}/>`;
  const of = (state: LoadState, fill: string) => days.map((day, index) => (states.get(day) === state ? box(index, fill) : "")).join("");
  const hatch =
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.5" height="6" fill="#a1a1aa"/></pattern></defs>';
  const missing = of("missing", 'fill="url(#hatch)"');
  return {
    behind: (missing ? hatch + missing : "") + of("coming", 'fill="#71717a" fill-opacity="0.12"'),
    over: of("partial", 'class="over" fill="#ffffff" fill-opacity="0.5"'),
  };
}

function axis(days: string[]): string {
  const step = Math.max(1, Math.ceil(days.length / 8));
  const place = (index: number) => ((index + 0.5) * width) / days.length;
  return days
    .map((day, index) =>
      index % step === 0
        ? `<text${(index / step) % 2 === 1 ? ' class="more"' : ""} x="${place(index).toFixed(1)}" y="${height - 4}" text-anchor="middle">${day.slice(5)}</text>`
        : "",
    )
    .join("");
}

/** A chart that stands in the page itself, as drawing or, for mail, as a picture: nothing is fetched when it is opened. */
function svg(label: string, inner: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escaped(label)}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="10" fill="#6b6b75">${inner}</svg>`;
}

function stackedDays(report: Report, days: string[], { behind, over }: ReturnType<typeof unknownDays>): { drawing: string; legend: string } {
  const sums = new Map<string, number>();
  for (const row of report.dailyByRole) sums.set(String(row.role ?? "none"), (sums.get(String(row.role ?? "none")) ?? 0) + Number(row.billed_minutes));
  const roles = [...sums.entries()].sort((a, b) => b[1] - a[1]).map(([role]) => role);
  const colorOf = (role: string) => colors[Math.min(roles.indexOf(role), colors.length - 1)] as string;
  const byDay = new Map<string, Map<string, number>>();
  for (const row of report.dailyByRole) {
    const day = byDay.get(String(row.day)) ?? new Map<string, number>();
    day.set(String(row.role ?? "none"), Number(row.billed_minutes));
    byDay.set(String(row.day), day);
  }
  const most = Math.max(1, ...days.map((day) => [...(byDay.get(day)?.values() ?? [])].reduce((sum, value) => sum + value, 0)));
  const step = width / days.length;
  const bars = days.flatMap((day, index) => {
    let top = height - bottom;
    return roles.map((role) => {
      const tall = ((byDay.get(day)?.get(role) ?? 0) / most) * (height - bottom - 8);
      top -= tall;
      return tall === 0
        ? ""
        : `<rect x="${(index * step + step * 0.12).toFixed(1)}" y="${top.toFixed(1)}" width="${(step * 0.76).toFixed(1)}" height="${tall.toFixed(1)}" fill="${colorOf(role)}"/>`;
    });
  });
  const legend = roles.map((role) => `<span><i style="background:${colorOf(role)}"></i>${escaped(role)}</span>`).join(" ");
  return { drawing: svg("Billed minutes per day, by role", `${behind}${bars.join("")}${over}${axis(days)}`), legend };
}

function badLine(report: Report, days: string[], { behind, over }: ReturnType<typeof unknownDays>): string {
  const values = new Map(report.daily.map((row) => [String(row.day), row.bad_share]));
  const most = Math.max(0.05, ...report.daily.map((row) => Number(row.bad_share) || 0));
  const x = (index: number) => ((index + 0.5) * width) / days.length;
  const y = (value: number) => height - bottom - (value / most) * (height - bottom - 12);
  let path = "";
  let isOpen = false;
  for (const [index, day] of days.entries()) {
    const value = values.get(day);
    if (typeof value !== "number") isOpen = false;
    else {
      path += `${isOpen ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)} `;
      isOpen = true;
    }
  }
  return svg(
    "Share of rated calls that were Bad, per day",
    `${behind}<text x="2" y="9">${(most * 100).toFixed(0)} %</text><line x1="0" x2="${width}" y1="${height - bottom}" y2="${height - bottom}" stroke="#c4c4cc"/><path d="${path}" fill="none" stroke="#d23b3b" stroke-width="2"/>${over}${axis(days)}`,
  );
}

export interface Page {
  title: string;
  note?: string;
  /** A frozen report says so. */
  frozenAt?: string;
  /** Further parts below the head: a choice of days, links to files. */
  head?: string;
  /** Mail programs show pictures, but no drawings. */
  asPictures?: boolean;
}

const inSpans = (days: string[]) =>
  daySpans(days)
    .map(({ from, to }) => (from === to ? from : `${from} to ${to}`))
    .join(", ");

/** What a report rests on, in lines. */
export function aboutLines({ from, to, tz, basis, filters, compared, meta }: Report): { lines: string[]; warning: string | null } {
  const told = (words: string, days: string[] = []) => (days.length > 0 ? `${words} (days in UTC): ${inSpans(days)}.` : "");
  const parts = [
    meta.notLoaded ? "NOTHING OF IT IS LOADED." : "NOT COMPLETE.",
    told("Not loaded", meta.missingDays),
    told("May still change", meta.partialDays),
    told("Still to come", meta.comingDays),
  ];
  const beside = compared
    ? [compared.whyNot ? `Not compared with ${compared.from} to ${compared.to}: ${compared.whyNot}` : `Compared with ${compared.from} to ${compared.to}`]
    : [];
  return {
    lines: [`${from} to ${to}, days in ${tz}, by ${basis === "logged" ? "log date" : "connect time"}`, ...beside, ...filters],
    warning: meta.complete ? null : parts.filter(Boolean).join(" "),
  };
}

/** A report as one HTML page that prints as it stands. */
export function reportHtml(report: Report, { title, note, frozenAt, head = "", asPictures = false }: Page): string {
  const tell = teller(report);
  const days = daysBetween(report.from, report.to);
  const { lines, warning } = aboutLines(report);
  const drawn = (drawing: string) => (asPictures ? `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}">` : drawing);
  const isUnknown = report.meta.notLoaded === true;
  const figures = report.figures.map(({ measure, now, before }) => {
    const told = report.comparable && typeof before === "number" ? `<small>${escaped(tell(measure, before))} before</small>` : "";
    const value = isUnknown ? "not loaded" : tell(measure, now);
    return `<div><dt>${escaped(measureOf(measure).label)}</dt><dd>${escaped(value)}${told}</dd></div>`;
  });
  const unknown = unknownDays(bucketStates({ ...report, ...report.meta, comingDays: report.meta.comingDays ?? [] }, days, "day"), days);
  const { drawing, legend } = stackedDays(report, days, unknown);
  const tracks =
    report.tracks && !isUnknown
      ? `<section><h2>Published tracks</h2><table><tbody>${(["audio_share", "video_share", "screen_share", "data_share", "url_share"] as const)
          .map(
            (name) =>
              `<tr><td style="white-space:nowrap">${escaped(measureOf(name).label)}</td><td style="width:70%"><div class="bar" style="width:${((Number(report.tracks?.[name]) || 0) * 100).toFixed(1)}%"></div></td><td>${tell(name, report.tracks?.[name])}</td></tr>`,
          )
          .join("")}</tbody></table></section>`
      : "";
  const tables = report.tables.map(({ by, title: name, measures, rows, groups, names }) => {
    const body = rows.map((row) => {
      const value = row[by] === null ? "none" : (nameOf(names, row[by]) ?? String(row[by]));
      return `<tr><td>${escaped(value)}</td>${measures.map((measure) => `<td>${escaped(tell(measure, row[measure]))}</td>`).join("")}</tr>`;
    });
    if (isUnknown) return `<section><h2>${escaped(name)}</h2><p>Not loaded.</p></section>`;
    const noSum = whyNoSum(measures);
    const more = `${groups > rows.length ? `<p>The first ${rows.length} of ${groups}.</p>` : ""}${noSum ? `<p>${escaped(noSum)}</p>` : ""}`;
    return `<section><h2>${escaped(name)}</h2><table><thead><tr><th>${escaped(dimensionOf(by).label)}</th>${measures.map((measure) => `<th>${escaped(measureOf(measure).label)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>${more}</section>`;
  });
  const minutes = report.page === "quality" ? "" : `<section><h2>Billed minutes per day</h2><div class="legend">${legend}</div>${drawn(drawing)}</section>`;
  const quality = ["overview", "quality"].includes(report.page)
    ? `<section><h2>Bad calls, share of those rated</h2>${drawn(badLine(report, days, unknown))}</section>`
    : "";
  return htmlPage(
    title,
    `<h1>${escaped(title)}</h1>${note ? `<p>${escaped(note)}</p>` : ""}${lines.map((line) => `<p>${escaped(line)}</p>`).join("")}${warning ? `<p class="warn">${escaped(warning)}</p>` : ""}${head}
    <section><dl>${figures.join("")}</dl></section>${minutes}${quality}${tracks}${tables.join("")}
    <footer>${frozenAt ? `Frozen as of ${escaped(frozenAt)}` : `As of ${escaped(report.madeAt)}`} · Meetledger</footer>`,
  );
}

/** The report in a few lines, for the body of a mail. */
export function reportText(title: string, report: Report): string {
  const tell = teller(report);
  const { lines, warning } = aboutLines(report);
  return [
    title,
    "",
    ...lines,
    ...(warning ? [warning] : []),
    "",
    ...report.figures.map(({ measure, now, before }) => {
      const beside = report.comparable && typeof before === "number" ? ` (${tell(measure, before)} before)` : "";
      return `${measureOf(measure).label}: ${report.meta.notLoaded ? "not loaded" : tell(measure, now)}${beside}`;
    }),
  ].join("\n");
}
