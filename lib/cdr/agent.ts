import Bowser from "bowser";

export interface Client {
  browser: string | null;
  browser_version: string | null;
  os: string | null;
  device: string | null;
}

/** What a text tells, not yet tidied. */
type Told = { name?: string; version?: string; os?: string; device?: string | null };

const none: Client = { browser: null, browser_version: null, os: null, device: null };

/** Apps that show pages inside themselves and write no plain `name/version`, or write a browser's beside it, or go by another name. */
const apps: [name: string, sign: RegExp][] = [
  ["Instagram", /\bInstagram[ /](\d+)/],
  ["Messenger", /(?:MessengerForiOS|Orca-Android|FB_IAB\/MESSENGER)(?:.*?FBAV\/(\d+))?/],
  ["Facebook", /\bFB(?:AN|_IAB)\/(?:.*?FBAV\/(\d+))?/],
  ["LinkedIn", /\[LinkedInApp\]\/(\d+)/],
  ["Google Search", / GSA\/(\d+)/],
  ["Microsoft Teams", / Teams\/(\d+)/],
  ["Slack", / Slack(?:_SSB)?\/(\d+)/],
];

/** What bowser calls all that is built on these. A product's own name comes before. */
const families = new Set(["Chrome", "Safari", "Electron", "Android Browser"]);

/** What stands as `name/version` in texts of every maker, and names no product. */
const parts = new Set("Mozilla AppleWebKit Gecko Version Chrome CriOS Mobile Safari Electron AtomShell CEF QtWebEngine ArkWeb Dalvik".split(" "));

const brackets = /[([][^()[\]]*[)\]]/g;

/** Chrome itself says neither. */
const webView = /; wv\)|Version\/4\.0 Chrome\//;

/** Devices that bowser does not know. */
const devices: [sign: RegExp, device: string][] = [
  [/ HeadlessChrome\//, "bot"],
  [/\bCrOS\b/, "desktop"],
];

/**
 * Systems of programs that are no browsers; the first that fits. CFNetwork and Darwin have the same numbers on iPhones, iPads
 * and Macs; only Intel Macs say what they are. The others are taken for phones, which most are. okhttp runs on servers too, but
 * those join no calls. IOS in capitals is Cisco's. What names bare Linux may as well be a server.
 */
const systems: [sign: RegExp, os: string, device: string | null][] = [
  [/ipad/i, "iOS", "tablet"],
  [/i[Pp]hone|i[Pp]od|iOS|\bios\b/, "iOS", "mobile"],
  [/android.*(?:tablet|\bSM-[PTX]\d)/i, "Android", "tablet"],
  [/android|\bokhttp\//i, "Android", "mobile"],
  [/mac ?os|macintosh|macbook|\bimac|\bmacmini|\bmac\d+,\d|\(darwin\b|darwin\/.*(?:x86_64|i386)/i, "macOS", "desktop"],
  [/cfnetwork\//i, "iOS", "mobile"],
  [/windows|\bwin(?:32|64)\b/i, "Windows", "desktop"],
  [/linux/i, "Linux", null],
];

/**
 * A program's name up to its version, which stands after a slash (`okhttp/3.5.0`, `Cisco-SIPGateway/IOS-15.4`), a space, hyphen
 * or bracket (`Asterisk PBX 18.9.0`, `Zoiper rv2.10.20`, `kamailio (5.5.2`) or right behind (`Cisco-CUCM12.5`). A text without
 * a version may be anything, such as a person's name, and is no product.
 */
const program =
  /^([^/(]+?)(?:\/(?=\S*\d|\S+ \()|[ (-]+(?:release )?(?=r?v?\d+\.\d|rev\.\d)|(?<![\d.])(?=\d+\.\d)| \(unknown version\))(?:IOS-|rev\.|[rv]{0,2}\.?)(\d+)?/i;

/** Feeds repeat a few hundred agents; parsing each once keeps the loader fast. Emptied when full, so that a hostile feed cannot fill memory. */
const known = new Map<string, Client>();
const mostKnown = 20_000;

/** The product that the person used, its major version, operating system and kind of device, from a user-agent text. */
export function clientOf(agent: string | null): Client {
  if (agent === null) return none;
  const cached = known.get(agent);
  if (cached) return cached;
  if (known.size >= mostKnown) known.clear();
  const client = parse(agent);
  known.set(agent, client);
  return client;
}

function parse(agent: string): Client {
  // Some expressions backtrack, bowser's too; no real agent is longer than this.
  const text = plain(agent.slice(0, 512));
  const { name = "", version = "", os, device } = /^(?:Mozilla|Opera)\//i.test(text) ? ofBrowser(text) : ofProgram(text);
  const browser = plain(decoded(name).slice(0, 40));
  if (!/\p{L}/u.test(browser)) return { ...none, os: os || null, device: device || null };
  return { browser, browser_version: /^\d{1,20}/.exec(version)?.[0] ?? null, os: os || null, device: device || null };
}

/** An iPad whose Safari calls itself a Macintosh stays one: the texts are the same. */
function ofBrowser(text: string): Told {
  const { browser, os, platform } = Bowser.parse(text);
  const device = devices.find(([sign]) => sign.test(text))?.[1] ?? platform.type;
  return { ...productIn(text, browser), os: os.name, device };
}

function productIn(text: string, { name = "", version }: Told): Told {
  const app = apps.find(([, sign]) => sign.test(text));
  if (app) return { name: app[0], version: app[1].exec(text)?.[1] };
  // Of texts that bowser does not know it gives back the beginning.
  const unknown = name === "" || name.startsWith("Mozilla");
  if (!unknown && !families.has(name)) return { name, version };
  const shell = name === "Chrome" && webView.test(text) ? "Android WebView" : name;
  return ownProduct(text) ?? (unknown ? ofProgram(text) : { name: shell, version });
}

/** The first product outside brackets that has a name of its own, such as `SmartfloMeet/3.2` after `Safari/537.36`. */
function ownProduct(text: string): Told | undefined {
  // Twice, as there are phones called `moto g(60)` inside the brackets.
  const bare = text.replace(brackets, "  ").replace(brackets, "  ");
  const products = bare.matchAll(/(?:^| )(?:Mobile )?([^\s/\d][^\s/]*(?: [^\s/\d][^\s/]*){0,4})\/v?(\d+)/g);
  const own = [...products].find(([, name = ""]) => !parts.has(name.slice(name.lastIndexOf(" ") + 1)));
  return own && { name: own[1], version: own[2] };
}

function ofProgram(text: string): Told {
  const [, os, device] = systems.find(([sign]) => sign.test(text)) ?? [];
  const [, name, version] = program.exec(text) ?? [];
  // Android runs every app in Dalvik, whose version says nothing of the app.
  return { ...(name === "Dalvik" ? (ownProduct(text) ?? { name: "Android app" }) : { name, version }), os, device };
}

/** Apple's agents write `Smartflo%20Meet`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Without control characters, halves of characters and repeated spaces. */
function plain(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, " ").trim();
}
