import { z } from "zod";
import { endOfMonth, isDay } from "../time";

/** A calendar month `YYYY-MM`. The vendor bills by UTC days. */
export const month = z.string("is missing").refine((text) => /^\d{4}-\d{2}$/.test(text) && isDay(`${text}-01`), "must be a month as YYYY-MM");

export const firstDay = (text: string) => `${text}-01`;

/** The month some months later (or, with a minus, before). */
export function shiftMonth(text: string, by: number): string {
  const [year = 0, number = 1] = text.split("-").map(Number);
  const months = year * 12 + number - 1 + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

export const lastDay = (text: string) => endOfMonth(firstDay(text));
