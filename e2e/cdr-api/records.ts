import { addDays, DAY_MS, dayNumber, weekdayOf } from "../../lib/time";
import { Random } from "./random";
import { makeWorld, type Person, type Room, type World } from "./world";

export type Json = Record<string, unknown>;

export interface FeedOptions {
  seed: string;
  /** Calls that start on a usual weekday. */
  callsPerDay: number;
  /** Share of records with each of the feed's known faults (repeated, unrated, unbilled, broken, …); 0 is a clean feed. */
  dirt: number;
  /** Share of records in the older form (strings for flags, absent groups). */
  older: number;
  /** The Monday of a week in which quality was bad; null for none. */
  badWeek: string | null;
}

export const defaultFeed: FeedOptions = { seed: "meetledger", callsPerDay: 2_400, dirt: 0.002, older: 0.02, badWeek: null };

const weekdayFactor = [1, 1.08, 1.06, 1.02, 0.92, 0.3, 0.24];
/** Conferences by UTC hour: office hours in India with a break at noon. */
const hourWeights = [1, 1, 2, 6, 12, 14, 13, 8, 10, 13, 12, 9, 6, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1].map((weight, hour) => [hour, weight] as const);
const averageSize = 5.6;

const iso = (ms: number) => new Date(ms).toISOString();

/** Makes a feed's records day by day. The same options make the same records. */
export class Feed {
  readonly world: World;
  private readonly days = new Map<string, Json[]>();

  constructor(readonly options: FeedOptions = defaultFeed) {
    this.world = makeWorld(options.seed);
  }

  /** The records logged on a UTC day. A conference that crosses midnight has records on both days. */
  loggedOn(day: string): Json[] {
    return [...this.startedOn(addDays(day, -1)), ...this.startedOn(day)].filter((record) => {
      const logged = record.trans_date;
      // A record with a broken date comes with the day that it started on.
      const at = typeof logged === "string" && Number.isFinite(Date.parse(logged)) ? logged.slice(0, 10) : (record["~day"] as string | undefined);
      return at === day;
    });
  }

  /** The records of conferences that started on a UTC day, made once and kept for a few days. */
  private startedOn(day: string): Json[] {
    let records = this.days.get(day);
    if (!records) {
      records = this.make(day);
      this.days.set(day, records);
      if (this.days.size > 4) this.days.delete(this.days.keys().next().value as string);
    }
    return records;
  }

  private make(day: string): Json[] {
    const random = new Random(`${this.options.seed}/${day}`);
    const wanted = this.options.callsPerDay * (weekdayFactor[weekdayOf(day)] as number) * (0.93 + random.next() * 0.14);
    const records: Json[] = [];
    const weights = this.world.rooms.map((room) => [room, room.weight] as const);
    for (let number = 0; records.length < wanted; number++) {
      const room = random.weighted(weights);
      if (room.size > wanted / averageSize) continue;
      records.push(...this.conference(random, day, number, room));
    }
    return this.options.dirt > 0 ? soil(random, records, this.options.dirt, day) : records;
  }

  private conference(random: Random, day: string, number: number, room: Room): Json[] {
    const hour = room.always ? random.whole(0, 23) : random.weighted(hourWeights);
    const start = dayNumber(day) * DAY_MS + hour * 3_600_000 + random.pick([0, 0, 15, 30, 30, 45]) * 60_000 + random.whole(-90, 240) * 1000;
    const length = Math.max(3, random.around(room.minutes, room.minutes * 0.35)) * 60_000;
    const conf_num = `${(dayNumber(day) + 12_000).toString(16)}-${number.toString(16).padStart(4, "0")}-${random.hex(4)}`;
    const size = Math.max(1, Math.round(random.around(room.size, room.size * 0.4)));
    const bad = this.badShare(random, day);
    const records: Json[] = [];
    const first = random.whole(0, this.world.people.length - 1);
    for (let seat = 0; seat < size; seat++) {
      const person = this.world.people[(first + seat * 7) % this.world.people.length] as Person;
      const joins = Math.max(0, start + (seat === 0 ? 0 : random.around(90, 120)) * 1000);
      const leaves = Math.max(joins + 20_000, start + length - (random.chance(0.7) ? random.whole(0, 60) * 1000 : random.next() * length * 0.6));
      // A person whose line is bad is thrown out and comes back: one conference, several calls.
      const isBad = random.chance(bad * (/Firefox.*|okhttp/.test(person.agent) ? 1.9 : 1));
      const cuts = isBad && random.chance(0.3) ? random.whole(1, 2) : random.chance(0.02) ? 1 : 0;
      let at = joins;
      for (let part = 0; part <= cuts; part++) {
        const until = part === cuts ? leaves : at + Math.max(15_000, ((leaves - at) / (cuts - part + 1)) * (0.7 + random.next() * 0.5));
        if (until - at < 5_000) break;
        records.push(this.call(random, room, conf_num, person, seat, at, until, isBad));
        at = until + random.whole(4, 150) * 1000;
        if (at >= leaves) break;
      }
    }
    return records;
  }

  private badShare(random: Random, day: string): number {
    const { badWeek } = this.options;
    const inBadWeek = badWeek !== null && day >= badWeek && day < addDays(badWeek, 5);
    const base = inBadWeek ? 0.085 : 0.036;
    return random.chance(0.03) ? 0.4 : base;
  }

  private call(random: Random, room: Room, conf_num: string, person: Person, seat: number, start: number, end: number, isBad: boolean): Json {
    const seconds = Math.round((end - start) / 10) / 100;
    const whole = Math.ceil(seconds);
    const teaching = /^Class|hall/.test(room.name ?? "");
    const role = seat === 0 ? "moderator" : teaching && random.chance(0.5) ? random.pick(["viewer", "audience"]) : "participant";
    const listens = role === "viewer" || role === "audience";
    const audio = !listens && random.chance(0.985);
    const video = !listens && random.chance(0.76);
    const screen = !listens && random.chance(seat === 0 ? 0.32 : 0.08);
    const sip = !listens && !video && random.chance(0.12);
    const ip = person.ip;
    const published = audio || video ? Math.ceil(seconds * (0.7 + random.next() * 0.3)) : 0;
    const unrated = random.chance(0.012);
    return {
      trans_date: iso(end + random.whole(200, 4_000)),
      conf_num,
      sip,
      call_num: random.hex(20),
      call_log_id: `${random.hex(8)}-${random.hex(4)}-${random.hex(4)}`,
      parent_partner_id: this.world.partner_id,
      room: {
        room_id: room.room_id,
        connect_dt: iso(start),
        disconnect_dt: iso(end),
        duration: seconds,
        room_details: room.name === null ? {} : { name: room.name, settings: { mode: "group", scheduled: false } },
        sip,
      },
      user: {
        role,
        ip,
        name: sip ? `+91${random.whole(70_000, 99_999)}${random.whole(10_000, 99_999)}` : person.name,
        ref: sip ? "" : person.ref,
        agent: sip ? "SIP gateway/2.1" : person.agent,
      },
      sigserver: {
        disconnect_dt: iso(end),
        connect_dt: iso(start - 300),
        ip: random.pick(this.world.sigservers),
        duration: Math.round((seconds + 0.3) * 100) / 100,
        hold_duration: random.chance(0.05) ? Math.round(random.next() * 3_000) / 100 : 0,
      },
      published_track: { audio, data: random.chance(0.03), video, screen, url: random.chance(0.006) },
      usage: {
        subscribed_minutes: Math.ceil(seconds * (1 + random.next())),
        published_minutes: published,
        screen_minutes: screen ? Math.ceil(seconds * (0.1 + random.next() * 0.4)) : 0,
        connect_minutes: whole,
        connect_minutes_cal: Math.ceil(seconds / 60),
        room_connect_minutes: whole,
      },
      stats_quality: unrated
        ? { send: { video: {}, sharing: {}, audio: {} }, receive: { video: {}, sharing: {}, audio: {}, rtt: {} }, call_quality: "" }
        : {
            send: {
              video: video ? sent(random, 612_000, isBad && random.chance(0.7)) : {},
              sharing: screen ? sent(random, 410_000, isBad && random.chance(0.25)) : {},
              audio: audio ? sent(random, 38_000, isBad && random.chance(0.25)) : {},
            },
            receive: {
              video: received(random, 804_000, isBad && random.chance(0.6)),
              sharing: random.chance(0.2) ? received(random, 520_000, isBad && random.chance(0.3)) : {},
              audio: received(random, 41_000, isBad && random.chance(0.3)),
              rtt: {},
            },
            call_quality: isBad ? "Bad" : "Good",
          },
      video_embed: false,
      visual_builder: false,
      lowcode: random.chance(0.1),
      app_id: this.world.app_id,
      cdr_id: random.hex(24),
    };
  }
}

function sent(random: Random, usual: number, bad: boolean): Json {
  const average = Math.round(Math.max(usual * 0.08, random.around(bad ? usual * 0.35 : usual, usual * 0.3)));
  return {
    avg_bitrate: average,
    avg_bitrate_quality: bad ? "Bad" : "Good",
    max_bitrate: Math.round(average * (1.1 + random.next() * 0.8)),
    min_bitrate: Math.round(average * random.next() * 0.7),
  };
}

function received(random: Random, usual: number, bad: boolean): Json {
  const worst = bad ? random.whole(20, 60) : random.whole(0, 3);
  const moderate = random.whole(0, bad ? 30 : 6);
  return { ...sent(random, usual, bad), bitrate_good_percent: 100 - worst - moderate, bitrate_moderate_percent: moderate, bitrate_bad_percent: worst };
}

/** The older form of a record: flags as strings, no ids of project and customer, no stream details. */
export function olderForm(record: Json): Json {
  const { app_id, parent_partner_id, video_embed, visual_builder, lowcode, ...rest } = structuredClone(record);
  const track = rest.published_track as Json | undefined;
  if (track) for (const name in track) track[name] = String(track[name]);
  const usage = rest.usage as Json | undefined;
  if (usage?.connect_minutes_cal !== undefined) usage.connect_minutes_cal = String(usage.connect_minutes_cal);
  const user = rest.user as Json | undefined;
  if (user) user.token = "old-format";
  return rest;
}

/** Puts each of the feed's known faults into a share of the records. Repeated records are added, none is taken away. */
export function soil(random: Random, records: Json[], share: number, day: string): Json[] {
  const faults: ((record: Json) => Json)[] = [
    (record) => ({ ...record, usage: { ...(record.usage as Json), connect_minutes_cal: undefined } }),
    (record) => ({ ...record, usage: undefined }),
    (record) => ({ ...record, stats_quality: undefined }),
    (record) => ({ ...record, stats_quality: { ...(record.stats_quality as Json), call_quality: "" } }),
    (record) => ({ ...record, room: { ...(record.room as Json), disconnect_dt: null } }),
    (record) => ({ ...record, room: { ...(record.room as Json), connect_dt: undefined } }),
    (record) => ({ ...record, user: { ...(record.user as Json), ref: "", name: "" } }),
    (record) => ({ ...record, user: { ...(record.user as Json), role: random.pick(["", "host", "observer"]) } }),
    (record) => ({ ...record, cdr_id: undefined }),
    (record) => ({ ...record, cdr_id: undefined, call_log_id: undefined }),
    (record) => ({ ...record, price: { connect_duration: 0.4 }, "x-new": { kept: true } }),
    (record) => ({ ...record, trans_date: random.pick(["", "yesterday", "2026-13-40T00:00:00Z"]), "~day": day }),
    (record) => ({ ...record, usage: { ...(record.usage as Json), connect_minutes: -5 } }),
    (record) => ({ ...record, usage: { ...(record.usage as Json), connect_minutes_cal: 9e15 } }),
    (record) => olderForm(record),
  ];
  return records.flatMap((record) => {
    if (!random.chance(share * faults.length)) return [record];
    if (random.chance(0.12)) return [record, structuredClone(record)];
    if (random.chance(0.06)) return [record, { ...structuredClone(record), user: { ...(record.user as Json), name: "Renamed later" } }];
    return [random.pick(faults)(record)];
  });
}
