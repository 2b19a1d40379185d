import { dimensionOf, type MeasureName, measureOf } from "../metrics";
import { daysBetween } from "../time";
import type { Report } from "./report";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (char) => escapes[char] as string);

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

function stackedDays(report: Report, days: string[]): { drawing: string; legend: string } {
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
  return { drawing: svg("Billed minutes per day, by role", `${bars.join("")}${axis(days)}`), legend };
}

function badLine(report: Report, days: string[]): string {
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
    `<text x="2" y="9">${(most * 100).toFixed(0)} %</text><line x1="0" x2="${width}" y1="${height - bottom}" y2="${height - bottom}" stroke="#c4c4cc"/><path d="${path}" fill="none" stroke="#d23b3b" stroke-width="2"/>${axis(days)}`,
  );
}

const style = `:root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--ink:#18181b;--soft:#52525b;--line:#e4e4e7;--warn:#fff3dd;--warnink:#7a4f00}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0f1013;--card:#17181c;--ink:#f4f4f5;--soft:#b6b8c2;--line:#2c2e36;--warn:#37290f;--warnink:#f1bf61}}
@page{size:A4;margin:14mm}*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:13px/1.45 system-ui,sans-serif}main{max-width:820px;margin:0 auto;padding:20px 16px 40px}
h1{font-size:21px;margin:0}h2{font-size:14px;margin:0 0 8px}p{margin:4px 0;color:var(--soft);overflow-wrap:anywhere}section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px;margin-top:12px;overflow-x:auto;break-inside:avoid}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}dt{color:var(--soft);font-size:12px}dd{margin:0;font-size:19px;font-weight:600}dd small{display:block;font-size:12px;font-weight:400;color:var(--soft)}
table{border-collapse:collapse;width:100%}th,td{padding:5px 6px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere}th{font-weight:500;color:var(--soft);font-size:12px}
.warn{background:var(--warn);color:var(--warnink);border-radius:8px;padding:8px 12px;margin-top:10px}.legend span{margin-right:12px;font-size:12px;color:var(--soft)}.legend i{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:5px}
form{display:flex;flex-wrap:wrap;gap:8px;align-items:end;margin-top:10px}label{display:grid;gap:3px;color:var(--soft);font-size:12px}input,button,.button{font:inherit;height:34px;padding:0 10px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);display:inline-flex;align-items:center;text-decoration:none}
.bar{height:12px;border-radius:3px;background:#2f6bed}svg,img{display:block;width:100%;height:auto}@media(max-width:560px){svg text{font-size:20px}svg .more{display:none}}footer{margin-top:16px;color:var(--soft);font-size:12px}@media print{body{background:#fff}form,.button{display:none}section{border-color:#ddd}}`;

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

/** A whole page without scripts. Everything in it that came from outside is escaped. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><meta property="og:title" content="${escaped(title)}"><title>${escaped(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
}

/** What a report rests on, in lines. */
export function aboutLines({ from, to, tz, basis, filters, meta }: Report): { lines: string[]; warning: string | null } {
  const missing = meta.missingDays.length > 0 ? `Not loaded: ${meta.missingDays.join(", ")}. ` : "";
  const partial = meta.partialDays.length > 0 ? `May still change: ${meta.partialDays.join(", ")}.` : "";
  return {
    lines: [`${from} to ${to}, days in ${tz}, by ${basis === "logged" ? "log date" : "connect time"}`, ...filters],
    warning: meta.complete ? null : `NOT COMPLETE. ${missing}${partial}`.trim(),
  };
}

/** A report as one HTML page that prints as it stands. */
export function reportHtml(report: Report, { title, note, frozenAt, head = "", asPictures = false }: Page): string {
  const tell = teller(report);
  const days = daysBetween(report.from, report.to);
  const { lines, warning } = aboutLines(report);
  const drawn = (drawing: string) => (asPictures ? `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}">` : drawing);
  const figures = report.figures.map(({ measure, now, before }) => {
    const told = report.comparable && typeof before === "number" ? `<small>${escaped(tell(measure, before))} before</small>` : "";
    return `<div><dt>${escaped(measureOf(measure).label)}</dt><dd>${escaped(tell(measure, now))}${told}</dd></div>`;
  });
  const { drawing, legend } = stackedDays(report, days);
  const tracks = report.tracks
    ? `<section><h2>Published tracks</h2><table><tbody>${(["audio_share", "video_share", "screen_share", "data_share", "url_share"] as const)
        .map(
          (name) =>
            `<tr><td style="white-space:nowrap">${escaped(measureOf(name).label)}</td><td style="width:70%"><div class="bar" style="width:${((Number(report.tracks?.[name]) || 0) * 100).toFixed(1)}%"></div></td><td>${tell(name, report.tracks?.[name])}</td></tr>`,
        )
        .join("")}</tbody></table></section>`
    : "";
  const tables = report.tables.map(({ by, title: name, measures, rows, groups, names }) => {
    const body = rows.map((row) => {
      const value = row[by] === null ? "none" : (names[String(row[by])] ?? String(row[by]));
      return `<tr><td>${escaped(value)}</td>${measures.map((measure) => `<td>${escaped(tell(measure, row[measure]))}</td>`).join("")}</tr>`;
    });
    const more = groups > rows.length ? `<p>The first ${rows.length} of ${groups}.</p>` : "";
    return `<section><h2>${escaped(name)}</h2><table><thead><tr><th>${escaped(dimensionOf(by).label)}</th>${measures.map((measure) => `<th>${escaped(measureOf(measure).label)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>${more}</section>`;
  });
  const minutes = report.page === "quality" ? "" : `<section><h2>Billed minutes per day</h2><div class="legend">${legend}</div>${drawn(drawing)}</section>`;
  const quality = ["overview", "quality"].includes(report.page)
    ? `<section><h2>Bad calls, share of those rated</h2>${drawn(badLine(report, days))}</section>`
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
    ...report.figures.map(({ measure, now }) => `${measureOf(measure).label}: ${tell(measure, now)}`),
  ].join("\n");
}
