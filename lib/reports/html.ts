import { type DimensionName, dimensionOf, type MeasureName, type MetricsAnswer, measureOf, runMetrics, type View } from "../metrics";
import { readSettings } from "../state";
import { daysBetween } from "../time";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (char) => escapes[char] as string);

type Tell = (name: MeasureName, value: unknown) => string;

function teller(locale: string, currency: string): Tell {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat(locale, { style: "currency", currency });
  return (name, value) => {
    if (typeof value !== "number") return "–";
    const { unit } = measureOf(name);
    return unit === "share" ? share.format(value) : unit === "money" ? money.format(value) : number.format(value);
  };
}

/** Bars over days as a picture that stands in the page itself: nothing is fetched when the report is opened. */
function barsImage(values: number[], label: string): string {
  const [width, height] = [720, 160];
  const most = Math.max(...values, 1e-9);
  const step = width / Math.max(1, values.length);
  const bars = values.map((value, index) => {
    const tall = (value / most) * (height - 10);
    return `<rect x="${(index * step + step * 0.1).toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}" fill="#2f6bed"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${bars.join("")}<line x1="0" x2="${width}" y1="${height}" y2="${height}" stroke="#999"/></svg>`;
  return `<img alt="${escaped(label)}" width="${width}" height="${height}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
}

const measures: MeasureName[] = ["billed_minutes", "cost", "calls", "conferences", "people", "bad_share"];

function table(answer: MetricsAnswer, by: DimensionName, tell: Tell): string {
  const names = answer.meta.names;
  const rows = answer.rows.map((row) => {
    const value = row[by] === null ? "none" : (names[String(row[by])] ?? String(row[by]));
    return `<tr><td>${escaped(value)}</td>${measures.map((name) => `<td>${tell(name, row[name])}</td>`).join("")}</tr>`;
  });
  return `<table><thead><tr><th>${dimensionOf(by).label}</th>${measures.map((name) => `<th>${escaped(measureOf(name).label)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

export interface Report {
  html: string;
  /** The same in a few lines, for the mail itself. */
  text: string;
}

/** A view as one HTML page that prints as it stands: figures, days, rooms, and what they are of. */
export async function reportOf(title: string, view: View): Promise<Report> {
  const { locale, currency } = await readSettings();
  const tell = teller(locale, currency);
  const ask = (by: DimensionName[], limit?: number) => runMetrics({ measures, by, order: undefined, limit, havingCalls: undefined, compare: false, view });
  const [total, daily, rooms, roles] = await Promise.all([ask([]), ask(["day"]), ask(["room"], 30), ask(["role"])]);
  const { meta } = total;
  const days = new Map(daily.rows.map((row) => [String(row.day), row]));
  const perDay = (name: MeasureName) => daysBetween(view.from, view.to).map((day) => Number(days.get(day)?.[name] ?? 0));
  const filters = Object.entries(view.filters).map(([name, values]) => `${name}: ${values.map((value) => value || "none").join(", ")}`);
  const about = [
    `${view.from} to ${view.to}, days in ${view.tz}, by ${view.basis === "logged" ? "log date" : "connect time"}`,
    ...filters,
    meta.complete
      ? "Every day is loaded and final."
      : `NOT COMPLETE. ${meta.missingDays.length > 0 ? `Not loaded: ${meta.missingDays.join(", ")}. ` : ""}${meta.partialDays.length > 0 ? `May still change: ${meta.partialDays.join(", ")}.` : ""}`,
  ];
  const figures = measures.map((name) => [measureOf(name).label, tell(name, total.totals[name])] as const);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
    @page { size: A4; margin: 14mm } body { font: 12px system-ui, sans-serif; color: #18181b; max-width: 760px; margin: 24px auto }
    h1 { font-size: 20px; margin: 0 } p { margin: 4px 0; color: #52525b } h2 { font-size: 14px; margin: 20px 0 6px } dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px }
    dt { color: #52525b } dd { margin: 0; font-size: 17px; font-weight: 600 } table { border-collapse: collapse; width: 100% } th, td { padding: 4px 6px; border-bottom: 1px solid #e4e4e7; text-align: right }
    th:first-child, td:first-child { text-align: left } tr { break-inside: avoid } img { max-width: 100% }</style></head><body>
    <h1>${escaped(title)}</h1>${about.map((line) => `<p>${escaped(line)}</p>`).join("")}
    <dl>${figures.map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>
    <h2>Billed minutes per day</h2>${barsImage(perDay("billed_minutes"), "Billed minutes per day")}
    <h2>Calls per day</h2>${barsImage(perDay("calls"), "Calls per day")}
    <h2>Rooms</h2>${table(rooms, "room", tell)}
    <h2>Roles</h2>${table(roles, "role", tell)}
    <p>Made ${new Date().toISOString()} by Meetledger.</p></body></html>`;
  return { html, text: [title, "", ...about, "", ...figures.map(([label, value]) => `${label}: ${value}`)].join("\n") };
}
