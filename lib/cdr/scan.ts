const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const SPACE = 32;

/** What a byte outside of texts does: nothing, or one of these. */
const [TEXT, OPENS, CLOSES, BEGINS_NULL, ODD] = [1, 2, 3, 4, 5];

/** What is odd stands in no JSON; engines that take `NaN` and the like do. */
const outside = new Uint8Array(256).fill(ODD);
for (const char of " \t\n\r:,+-.0123456789eEtrufals") outside[char.charCodeAt(0)] = 0;
outside[QUOTE] = TEXT;
for (const char of "{[") outside[char.charCodeAt(0)] = OPENS;
for (const char of "}]") outside[char.charCodeAt(0)] = CLOSES;
outside["n".charCodeAt(0)] = BEGINS_NULL;

/** Within texts: the bytes that are not passed over. */
const endsRun = new Uint8Array(256).fill(1, 0, SPACE);
endsRun[QUOTE] = endsRun[BACKSLASH] = 1;

/** Kinds of value by their first byte: text, number, flag, null, group, list. */
const valueKinds = new Uint8Array(256);
for (const [kind, chars] of ['"', "-0123456789", "tf", "n", "{", "["].entries()) for (const char of chars) valueKinds[char.charCodeAt(0)] = kind + 1;

/** What the last scan saw of a record. One object, used again: there are millions of records. */
export const seen = {
  /** A number made of the record's keys, nesting and kinds of values: records of one shape are read in one way. */
  shape: 0,
  /** Levels of nesting. */
  depth: 0,
  /** The length of its longest text, in bytes. */
  longest: 0,
  /** Something that strict JSON does not take, or that needs a closer look: a key with escapes. */
  isOdd: false,
  /** A control character within a text: no JSON at all. */
  hasControl: false,
};

/**
 * Looks once over a record, an object, list or text that begins at `from`. Returns where it ends, or -1 where it goes on
 * beyond the data. Nearly all the time of reading answers goes here, so bytes that mean nothing cost one look-up each.
 */
export function scanRecord(data: Uint8Array, from: number): number {
  const length = data.length;
  let at = from;
  let depth = 0;
  let deepest = 0;
  let longest = 0;
  let isOdd = false;
  let hasControl = false;
  let order = 0;
  let sum = 0;
  let isDone = false;
  while (at < length) {
    const does = outside[data[at++] as number] as number;
    if (does === 0) continue;
    if (does === TEXT) {
      const start = at;
      let isEscaped = false;
      let isClosed = false;
      while (at < length) {
        while (at < length && endsRun[data[at] as number] === 0) at++;
        const byte = data[at++];
        if (byte === QUOTE) {
          isClosed = true;
          break;
        }
        if (byte === BACKSLASH) {
          isEscaped = true;
          at++;
        } else hasControl = true;
      }
      if (!isClosed) return -1;
      const size = at - 1 - start;
      if (size > longest) longest = size;
      if (depth === 0) {
        isDone = true;
        break;
      }
      let next = at;
      while ((data[next] as number) <= SPACE) next++;
      if (data[next] !== COLON) continue;
      if (isEscaped) isOdd = true;
      at = next + 1;
      while ((data[at] as number) <= SPACE) at++;
      // A key by its length and five of its bytes, which tell those of one object apart; a value by its kind.
      const first = (data[start] as number) | ((data[start + 1] as number) << 8) | ((data[start + (size >> 1)] as number) << 16);
      const last = (data[start + size - 1] as number) | ((data[start + size - 2] as number) << 8) | (size << 16);
      order = Math.imul(Math.imul(order ^ first, 16777619) ^ last, 16777619) ^ (valueKinds[data[at] as number] as number);
      sum = (Math.imul(sum, 31) + order) | 0;
    } else if (does === OPENS) {
      if (++depth > deepest) deepest = depth;
      order = Math.imul(order ^ depth, 16777619);
    } else if (does === CLOSES) {
      let before = at - 2;
      while (before > from && (data[before] as number) <= SPACE) before--;
      // The engine would take a comma with nothing after it.
      if (data[before] === COMMA) isOdd = true;
      if (--depth === 0) {
        isDone = true;
        break;
      }
      order = Math.imul(order ^ ~depth, 16777619);
    } else if (does === ODD || data[at] !== 117) isOdd = true;
  }
  if (!isDone) return -1;
  seen.shape = (order >>> 0) * 2 ** 21 + (sum & (2 ** 21 - 1));
  seen.depth = deepest;
  seen.longest = longest;
  seen.isOdd = isOdd;
  seen.hasControl = hasControl;
  return at;
}

/** Whether an object in a JSON text has a key twice. Readers differ in which of the two they take. */
export function repeatsKey(text: string): boolean {
  const keys: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{" || char === "[") keys.push(new Set());
    else if (char === "}" || char === "]") keys.pop();
    else if (char === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (!/\s*:/y.test(text.slice(at + 1, at + 40))) continue;
      const key = text.slice(start, at);
      const known = keys[keys.length - 1];
      if (known?.has(key)) return true;
      known?.add(key);
    }
  }
  return false;
}
