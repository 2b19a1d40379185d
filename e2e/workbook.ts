import { unzipSync } from "fflate";
import { SaxesParser } from "saxes";

/** A sheet as a strict reader sees it, cell by cell. */
export interface ReadCell {
  /** Such as `B2`. */
  at: string;
  /** The cell's type; a number has none. */
  type: string | undefined;
  /** The text or number as it is meant: what the sheet escapes is taken back. */
  text: string;
  /** The number format, as it is written. */
  format: string | undefined;
}

/** How a sheet writes characters by their number: ECMA-376, ST_Xstring. */
const unescaped = (text: string) => text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** Reads XML 1.0 and throws at the first thing that is none. */
function readXml(data: Uint8Array, seen: { open?: (tag: Tag) => void; text?: (text: string) => void; close?: (tag: Tag) => void } = {}): void {
  const parser = new SaxesParser({ xmlns: false });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => seen.open?.(tag as Tag));
  parser.on("text", (text) => seen.text?.(text));
  parser.on("closetag", (tag) => seen.close?.(tag as Tag));
  parser.write(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data)).close();
}

/** The sheets of a workbook by name, each part of which must be well-formed XML 1.0 in well-formed UTF-8. */
export function strictly(workbook: Uint8Array): Map<string, Map<string, ReadCell>> {
  const parts = unzipSync(workbook);
  for (const data of Object.values(parts)) readXml(data);
  // Two that every workbook knows.
  const formats = new Map([
    ["3", "#,##0"],
    ["4", "#,##0.00"],
  ]);
  const styles: (string | undefined)[] = [];
  let isCellStyle = false;
  readXml(parts["xl/styles.xml"] as Uint8Array, {
    open({ name, attributes }) {
      if (name === "numFmt") formats.set(attributes.numFmtId as string, attributes.formatCode as string);
      if (name === "cellXfs") isCellStyle = true;
      if (name === "xf" && isCellStyle) styles.push(formats.get(attributes.numFmtId as string));
    },
    close({ name }) {
      if (name === "cellXfs") isCellStyle = false;
    },
  });
  const names: string[] = [];
  readXml(parts["xl/workbook.xml"] as Uint8Array, {
    open({ name, attributes }) {
      if (name === "sheet") names.push(attributes.name as string);
    },
  });
  return new Map(names.map((name, index) => [name, cellsOf(parts[`xl/worksheets/sheet${index + 1}.xml`] as Uint8Array, styles)]));
}

function cellsOf(sheet: Uint8Array, styles: (string | undefined)[]): Map<string, ReadCell> {
  const cells = new Map<string, ReadCell>();
  let cell: ReadCell | undefined;
  let isValue = false;
  readXml(sheet, {
    open({ name, attributes }) {
      if (name === "c") cell = { at: attributes.r as string, type: attributes.t, text: "", format: styles[Number(attributes.s ?? 0)] };
      isValue = name === "v" || name === "t";
    },
    text(text) {
      if (cell && isValue) cell.text += text;
    },
    close({ name }) {
      isValue = false;
      if (name !== "c" || !cell) return;
      cells.set(cell.at, { ...cell, text: unescaped(cell.text) });
      cell = undefined;
    },
  });
  return cells;
}
