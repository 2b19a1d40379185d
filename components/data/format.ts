"use client";

import { useMemo } from "react";
import type { Unit } from "@/lib/metrics/measures";
import { isZone, offsetAt } from "@/lib/time";
import { useWorkspace } from "./workspace";

export type Value = number | string | boolean | null | undefined;

const none = "–";

// Dates are put together here: the short names of server and browser differ from one version of their data to the next.
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const dayMonth = (date: Date) => `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
const dayMonthYear = (date: Date) => `${dayMonth(date)} ${date.getUTCFullYear()}`;
const moment = (local: Date) => `${dayMonth(local)}, ${local.toISOString().slice(11, 16)}`;
/** A day, an hour (`YYYY-MM-DDTHH:00`, with or without an offset) or a month as a date whose UTC fields read as written. */
const utcDate = (text: string) => new Date(text.length === 7 ? `${text}-01T00:00:00Z` : text.length === 10 ? `${text}T00:00:00Z` : `${text.slice(0, 16)}:00Z`);

/** `₹ 5,13,962.40`: a space after the currency's sign, the same on server and browser. */
const spaced = (text: string) => text.replace(/^([-−]?)(\p{Sc}|[A-Z]{3})\s*/u, (_, minus: string, sign: string) => `${minus ? "−" : ""}${sign} `);

/** Formats figures and times for a locale. Instants are ISO texts, days `YYYY-MM-DD`. */
export function makeFormat(locale: string, tz: string, currency = "INR") {
  const money = new Intl.NumberFormat(locale, { style: "currency", currency });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const local = (iso: string) => {
    const ms = Date.parse(iso);
    return new Date(ms + offsetAt(tz, ms));
  };
  const duration = (seconds: number) => {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return `${fine.format(seconds)} s`;
    if (minutes < 60) return `${minutes} min ${whole.format(Math.floor(seconds % 60))} s`;
    return `${whole.format(Math.floor(minutes / 60))} h ${minutes % 60} min`;
  };
  const bitrate = (bits: number) => (bits >= 999_500 ? `${fine.format(bits / 1_000_000)} Mb/s` : `${whole.format(bits / 1000)} kb/s`);
  const figure = (value: Value, unit: Unit): string => {
    if (value === null || value === undefined) return none;
    if (unit === "instant") return moment(local(String(value)));
    if (typeof value !== "number") return String(value);
    switch (unit) {
      case "share":
        return `${one.format(value * 100)} %`;
      case "percent":
        return `${one.format(value)} %`;
      case "seconds":
        return duration(value);
      case "money":
        return spaced(money.format(value));
      case "bitrate":
        return bitrate(value);
      default:
        return fine.format(value);
    }
  };
  return {
    figure,
    duration,
    /** Money from an exact decimal text. */
    money: (text: string) => spaced(money.format(text as unknown as number)),
    whole: (value: number) => whole.format(value),
    compact: (value: number) => compact.format(value),
    percent: (share: number, digits = 1) =>
      `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(share * 100)} %`,
    /** How a chart tells the lines across it, as short as can be: its `formatTick` and `tickUnit`. */
    axis: (unit: Unit): { formatTick: (value: number) => string; tickUnit?: number } => {
      if (unit === "seconds") return { formatTick: (value) => `${compact.format(value / 3600)} h`, tickUnit: 3600 };
      if (unit === "share") return { formatTick: (value) => `${fine.format(value * 100)} %` };
      return { formatTick: (value) => compact.format(value) };
    },
    /** A difference of shares in points. */
    points: (share: number) => `${fine.format(share * 100)} pt`,
    /** A change with its sign: per cent of what was, or points for shares. Null where there is nothing to compare. */
    change: (now: Value, before: Value, unit: Unit): string | null => {
      if (typeof now !== "number" || typeof before !== "number") return null;
      const sign = now > before ? "+" : now < before ? "−" : "±";
      if (unit === "share") return `${sign}${one.format(Math.abs(now - before) * 100)} pt`;
      if (before === 0) return now === 0 ? "±0 %" : null;
      return `${sign}${one.format((Math.abs(now - before) / before) * 100)} %`;
    },
    day: (text: string) => dayMonth(utcDate(text)),
    longDay: (text: string) => `${weekdays[utcDate(text).getUTCDay()]} ${dayMonthYear(utcDate(text))}`,
    moment: (iso: string) => moment(local(iso)),
    fullMoment: (iso: string) => `${dayMonthYear(local(iso))}, ${local(iso).toISOString().slice(11, 19)}`,
    /** A period's two ends as short as they can be: `1 – 31 Oct 2026`. */
    period: (from: string, to: string) => {
      const [a, b] = [utcDate(from), utcDate(to)];
      if (Number.isNaN(a.getTime()) || Number.isNaN(b.getTime())) return `${from} – ${to}`;
      if (from === to) return dayMonthYear(b);
      if (from.slice(0, 7) === to.slice(0, 7)) return `${a.getUTCDate()} – ${dayMonthYear(b)}`;
      return from.slice(0, 4) === to.slice(0, 4) ? `${dayMonth(a)} – ${dayMonthYear(b)}` : `${dayMonthYear(a)} – ${dayMonthYear(b)}`;
    },
    bucket: (text: string) => {
      const date = utcDate(text);
      if (text.length === 7) return `${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
      // An hour that a clock change repeats comes with its offset.
      return text.length >= 16 ? `${dayMonth(date)}, ${text.slice(11, 16)}${text.length > 16 ? ` (${text.slice(16)})` : ""}` : dayMonth(date);
    },
  };
}

export type Format = ReturnType<typeof makeFormat>;

export function useFormat(tz?: string): Format {
  const { locale, timeZone, currency } = useWorkspace();
  const zone = tz ?? timeZone;
  return useMemo(() => makeFormat(locale, isZone(zone) ? zone : "UTC", currency), [locale, zone, currency]);
}
