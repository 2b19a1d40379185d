// Reads a table file in a thread of its own, with a bound on memory that its starter sets: see `table.ts`. It is plain
// JavaScript because it is started by its path, past the bundler.
import { parentPort, workerData } from "node:worker_threads";
import { parse } from "csv-parse/sync";
import { Unzip, UnzipInflate } from "fflate";
import readWorkbook from "read-excel-file/node";

/** What is wrong with the file, in words for whoever sent it. */
class Unreadable extends Error {}

const { file, bounds } = workerData;
const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);

const columnNumber = (letters) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

function checkGrid(rows, columns) {
  if (columns > bounds.columns) throw new Unreadable(`has ${columns} columns; ${bounds.columns} are the most`);
  if (rows > bounds.rows) throw new Unreadable(`has ${rows} rows; ${bounds.rows} are the most`);
  if (rows * columns > bounds.cells) throw new Unreadable(`has ${rows} rows of ${columns} columns; ${bounds.cells} cells are the most`);
}

/** Looks into a workbook before it is read: a file of a kilobyte may come to gigabytes, by what it unpacks to or by the place of one cell. */
function checkWorkbook() {
  let unpacked = 0;
  const unzip = new Unzip((entry) => {
    const isSheet = /worksheets\/[^/]+\.xml$/.test(entry.name);
    let left = "";
    const grid = { rows: 0, columns: 0 };
    entry.ondata = (error, data, final) => {
      if (error) throw error;
      unpacked += data.length;
      if (unpacked > bounds.unpacked) throw new Unreadable(`unpacks to more than ${bounds.unpacked / 1024 / 1024} MB`);
      if (!isSheet) return;
      const text = left + Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
      for (const [, letters, number] of text.matchAll(/[":]([A-Z]{1,7})(\d{1,15})(?=[":])/g)) {
        grid.columns = Math.max(grid.columns, columnNumber(letters));
        grid.rows = Math.max(grid.rows, Number(number));
      }
      checkGrid(grid.rows, grid.columns);
      // A reference may be cut by the end of a part.
      left = final ? "" : text.slice(-32);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  const part = 64 * 1024;
  for (let at = 0; at < bytes.length; at += part) unzip.push(bytes.subarray(at, at + part), at + part >= bytes.length);
}

const cellText = (cell) => (cell === null || cell === undefined ? "" : cell instanceof Date ? cell.toISOString() : String(cell));

/** A text file's text: Excel saves "Unicode text" as UTF-16. */
function textOf() {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

/** A first line such as `sep=;` names the delimiter. Else it is what the heading has most of. */
function delimited(text) {
  const named = /^sep=(.)\r?\n/i.exec(text);
  const body = named ? text.slice(named[0].length) : text;
  const line = body.split(/\r|\n/, 1)[0];
  const most = [",", ";", "\t"].map((mark) => [line.split(mark).length, mark]).sort((a, b) => b[0] - a[0])[0][1];
  return { body, delimiter: named ? named[1] : most };
}

function readText() {
  const { body, delimiter } = delimited(textOf());
  let rows = 1;
  for (let at = body.indexOf("\n"); at >= 0; at = body.indexOf("\n", at + 1)) rows++;
  checkGrid(rows, body.split(/\r|\n/, 1)[0].split(delimiter).length);
  return {
    delimiter,
    rows: parse(body, { delimiter, record_delimiter: ["\r\n", "\n", "\r"], skip_empty_lines: true, relax_column_count: true, max_record_size: bounds.line }),
  };
}

async function read() {
  if (bytes.subarray(0, 2).toString("latin1") === "PK") {
    checkWorkbook();
    const [first] = await readWorkbook(bytes);
    return { delimiter: null, rows: (first?.data ?? []).map((row) => row.map(cellText)) };
  }
  /** The first bytes of an OLE2 file, the old binary form of Excel. Portals call a page with a table .xls too. */
  if (bytes.readUInt32BE(0) === 0xd0cf11e0 || bytes.toString("latin1", 0, 1_000).trimStart().startsWith("<")) {
    const { read: readBook, utils } = await import("@e965/xlsx");
    const book = readBook(bytes, { dense: true, cellFormula: false, cellHTML: false, cellDates: true, sheetRows: bounds.rows });
    const sheet = book.Sheets[book.SheetNames[0] ?? ""];
    const grid = sheet?.["!ref"] ? utils.decode_range(sheet["!ref"]) : { e: { r: 0, c: 0 } };
    checkGrid(grid.e.r + 1, grid.e.c + 1);
    const cells = sheet ? utils.sheet_to_json(sheet, { header: 1, raw: true, defval: "", blankrows: false }) : [];
    return { delimiter: null, rows: cells.map((row) => row.map(cellText)) };
  }
  return readText();
}

/** Rows that go over at once: a message is taken apart in the thread of all requests. */
const atOnce = 2_000;

try {
  const { delimiter, rows } = await read();
  const [heading, ...body] = rows;
  if (!heading || body.length === 0) throw new Unreadable("holds no rows below its heading");
  const columns = heading.map((name) => name.trim());
  const overlong = body.findIndex((row) => row.slice(columns.length).some((cell) => cell !== ""));
  parentPort.postMessage({ columns, delimiter, head: body.slice(0, 5), count: body.length, overlong: overlong < 0 ? null : overlong + 2 });
  let at = 0;
  parentPort.on("message", (wanted) => {
    const part = body.slice(at, at + atOnce).map((row) => wanted.map((column) => row[column] ?? ""));
    at += atOnce;
    parentPort.postMessage(part);
  });
} catch (error) {
  parentPort.postMessage({ problem: error instanceof Unreadable ? error.message : "is neither CSV nor Excel, or is damaged" });
}
