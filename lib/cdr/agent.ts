import Bowser from "bowser";

export interface Client {
  browser: string | null;
  browser_version: string | null;
  os: string | null;
  device: string | null;
}

const none: Client = { browser: null, browser_version: null, os: null, device: null };

/** Feeds repeat a few hundred agents; parsing each once keeps the loader fast. Emptied when full, so that a hostile feed cannot fill memory. */
const known = new Map<string, Client>();
const mostKnown = 20_000;

/** Browser, its major version, operating system and kind of device, from a user-agent text. */
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
  // Some bowser expressions backtrack; no real agent is longer than this.
  const { browser, os, platform } = Bowser.parse(agent.slice(0, 512));
  // SDKs call themselves `name/version`, which no browser list knows.
  const product = /^([A-Za-z][\w .-]{0,40}?)\/(\d+)/.exec(agent);
  return {
    browser: browser.name || product?.[1] || null,
    browser_version: browser.version?.split(".")[0] || (browser.name ? null : product?.[2]) || null,
    os: os.name || null,
    device: platform.type || null,
  };
}
