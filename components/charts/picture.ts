import { toPng, toSvg } from "html-to-image";

const scale = 2;

/**
 * Saves a panel as a picture on white, whatever the page's theme: its chart with title and legend, what it is of, and when
 * it was made. It is drawn aside from the page, so that nothing moves on it.
 */
export async function savePicture(panel: HTMLElement, { title, form, lines }: { title: string; form: "png" | "svg"; lines: string[] }): Promise<void> {
  const sheet = document.createElement("div");
  sheet.dataset.theme = "light";
  sheet.className = "p-4 text-ink";
  Object.assign(sheet.style, {
    position: "fixed",
    left: "-10000px",
    top: "0",
    width: `${panel.offsetWidth}px`,
    background: "#ffffff",
    color: "#18181b",
  });
  const copy = panel.cloneNode(true) as HTMLElement;
  for (const aside of copy.querySelectorAll(".no-print, .sr-only, .recharts-tooltip-wrapper")) aside.remove();
  Object.assign(copy.style, { border: "0", padding: "0", background: "#ffffff" });
  // A picture has no scroll bars: what scrolls on the page is shown whole.
  for (const part of copy.querySelectorAll<HTMLElement>('[class*="overflow-"], [class*="max-h-"]'))
    Object.assign(part.style, { overflow: "visible", maxHeight: "none" });
  sheet.append(copy);
  const made = new Date().toISOString().slice(0, 16).replace("T", " ");
  for (const line of [...lines, `Meetledger, made ${made} UTC`]) {
    const text = document.createElement("p");
    text.textContent = line;
    Object.assign(text.style, { margin: "6px 0 0", fontSize: "11px", color: "#52525b" });
    sheet.append(text);
  }
  document.body.append(sheet);
  // What a style sheet hides within a drawing would be seen: drawings are copied without it.
  for (const part of copy.querySelectorAll("svg *")) if (getComputedStyle(part).display === "none") part.remove();
  try {
    const options = { pixelRatio: scale, backgroundColor: "#ffffff", style: { position: "static", left: "0" } };
    const url = form === "png" ? await toPng(sheet, options) : await toSvg(sheet, options);
    const link = document.createElement("a");
    link.href = url;
    link.download = `${title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.${form}`;
    link.click();
  } finally {
    sheet.remove();
  }
}
