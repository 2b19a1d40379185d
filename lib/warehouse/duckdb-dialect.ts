import { directoryOf } from "./duckdb-schema";
import type { Dialect } from "./warehouse";

export const pseudonym = (kind: string, text: string) => `('${kind}-' || left(md5((SELECT salt FROM pseudonym_salt) || ${text}), 16))`;

/** How DuckDB writes what engines write differently. */
export const dialect: Dialect = {
  placeholder: (position) => `$${position}`,
  quantile: (share, expression) => `quantile_cont(${expression}, ${share})`,
  month: (localMs) => `(year(epoch_ms(${localMs})) * 12 + month(epoch_ms(${localMs})) - 1)`,
  // DuckDB's `//` rounds towards zero; instants are after 1970, where both are the same.
  floorDivide: (expression, divisor) => `((${expression}) // ${divisor})`,
  isoText: (ms) => `strftime(epoch_ms(${ms}), '%Y-%m-%dT%H:%M:%S.%gZ')`,
  amount: (text) => `CAST(${text} AS DECIMAL(18,6))`,
  exact: (expression) => `CAST(${expression} AS VARCHAR)`,
  decimalComma: (number) => `replace(CAST(${number} AS VARCHAR), '.', ',')`,
  // Nearly every text begins with a letter or digit, which comparing tells at a fraction of the cost of taking the first letter
  // out. The rest is looked at in short lists: DuckDB turns one of six into a hash join, for each column of a file.
  harmless: (text) =>
    `CASE WHEN ${text} >= '0' AND (${text} < '=' OR (${text} >= 'A' AND ${text} < '＋')) THEN ${text}
     WHEN left(${text}, 1) IN ('=', '+', '-') OR left(${text}, 1) IN ('@', chr(9), chr(10), chr(13)) OR left(${text}, 1) IN ('＝', '＋', '－', '＠')
       OR (left(${text}, 1) = '''' AND regexp_matches(${text}, '^''+[=+@＝＋－＠\\t\\n\\r-]'))
     THEN '''' || ${text} ELSE ${text} END`,
  double: (expression) => `(${expression})::DOUBLE`,
  latest: (value, by) => `arg_max(${value}, ${by})`,
  pseudonym,
  noText: "CAST(NULL AS VARCHAR)",
  directory: directoryOf,
  roomTag: "(SELECT tag FROM room_labels WHERE room_labels.room_id = calls.room_id)",
  containsLower: (expression, part) => `contains(${expression}, ${part})`,
  contains: (expression, part) => `contains(lower(${expression}), lower(${part}))`,
};
