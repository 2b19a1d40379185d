/** How a CSV file is written. Excel in much of Europe wants a decimal comma, and semicolons between cells. */
export interface CsvForm {
  decimal: "." | ",";
}

/** Excel takes a file for UTF-8 when it begins with this. */
export const byteOrderMark = "\uFEFF";

export const delimiterOf = ({ decimal }: CsvForm) => (decimal === "," ? ";" : ",");

/**
 * Texts that a spreadsheet would take for a formula get an apostrophe in front, which it shows as nothing and never runs; a phone
 * number such as `+91 98…` is one of them. Signs of full width count too: some spreadsheets take them for the plain ones. A text that
 * begins with apostrophes before such a character gets one more, so that taking one away gives back every text. The warehouse's
 * dialect says the same in SQL.
 */
const formulaLike = /^'*[=+\-@\t\r\n＝＋－＠]/;

export const harmless = (text: string) => (formulaLike.test(text) ? `'${text}` : text);

export type Cell = string | number | boolean | null | undefined;

/** One line, with its end. Numbers stand as they are; only texts are looked at for formulas. */
export function csvLine(cells: Cell[], form: CsvForm): string {
  const told = cells.map((cell) => {
    if (cell === null || cell === undefined) return "";
    if (typeof cell === "number") return String(cell).replace(".", form.decimal);
    if (typeof cell === "boolean") return String(cell);
    const text = harmless(cell);
    return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${told.join(delimiterOf(form))}\n`;
}
