import { parseArgs } from "node:util";
import { addDays, isDay, utcDay } from "../../lib/time";
import { type FaultKind, faultKinds } from "./faults";
import { defaultFeed } from "./records";
import { startCdrApi } from "./server";

const help = `The sample CDR API of Meetledger: realistic records, and every failure of the contract on demand.

  --port N             listen here on 127.0.0.1 (4010)
  --app-id, --app-key  the credentials it accepts (sample-app, sample-key)
  --from, --to DAY     records exist from and to these days (100 days up to today)
  --calls-per-day N    calls on a usual weekday (${defaultFeed.callsPerDay})
  --seed TEXT          another seed makes other records (${defaultFeed.seed})
  --dirt SHARE         share of each known fault of the feed (${defaultFeed.dirt})
  --older SHARE        share of records in the older form (${defaultFeed.older})
  --bad-week MONDAY    a week of bad quality
  --to-exclusive       the end of a period does not belong to it
  --keep-in DIR        keep made days in files there
  --fail KIND          fail every answer: ${faultKinds.join(" ")}
  --times N            with --fail: only the first N answers
  --match TEXT         with --fail: only paths that contain this

While it runs, POST /_order with {"kind","times","match","retryAfter"} orders a failure; null ends it.
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4010" },
    "app-id": { type: "string", default: "sample-app" },
    "app-key": { type: "string", default: "sample-key" },
    from: { type: "string" },
    to: { type: "string" },
    "calls-per-day": { type: "string", default: String(defaultFeed.callsPerDay) },
    seed: { type: "string", default: defaultFeed.seed },
    dirt: { type: "string", default: String(defaultFeed.dirt) },
    older: { type: "string", default: String(defaultFeed.older) },
    "bad-week": { type: "string" },
    "to-exclusive": { type: "boolean", default: false },
    "keep-in": { type: "string" },
    fail: { type: "string" },
    times: { type: "string" },
    match: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const today = utcDay(Date.now());
const lastDay = values.to ?? today;
const firstDay = values.from ?? addDays(lastDay, -99);
for (const [name, day] of Object.entries({ from: firstDay, to: lastDay, "bad-week": values["bad-week"] ?? today })) {
  if (!isDay(day)) throw new Error(`--${name}: not a day (YYYY-MM-DD): ${day}`);
}
if (values.fail && !faultKinds.includes(values.fail as FaultKind)) throw new Error(`--fail: one of ${faultKinds.join(" ")}`);

const api = await startCdrApi({
  port: Number(values.port),
  appId: values["app-id"],
  appKey: values["app-key"],
  firstDay,
  lastDay,
  callsPerDay: Number(values["calls-per-day"]),
  seed: values.seed,
  dirt: Number(values.dirt),
  older: Number(values.older),
  badWeek: values["bad-week"] ?? null,
  toInclusive: !values["to-exclusive"],
  keepIn: values["keep-in"],
});
if (values.fail) {
  api.order({ kind: values.fail as FaultKind, times: values.times ? Number(values.times) : undefined, match: values.match });
}
process.stdout.write(`Sample CDR API on ${api.url}, records from ${firstDay} to ${lastDay}\n`);
