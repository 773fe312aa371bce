import { type Instant, toInstant } from "../../../../core/kit/clock.ts";

// A clock on a wall, read minute by minute. Slow and simple: what the schedule answers is compared with it.

/** Days on which the clocks of a zone change, one without a change, one after a day that the zone left out. */
export const CHANGES = [
  ["America/Los_Angeles", "2017-03-12"],
  ["America/Los_Angeles", "2017-11-05"],
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2018-02-17"],
  ["America/Havana", "2017-11-05"],
  ["America/St_Johns", "2009-10-31"],
  ["Australia/Lord_Howe", "2017-10-01"],
  ["Australia/Lord_Howe", "2017-04-02"],
  ["Pacific/Apia", "2011-12-30"],
  ["Asia/Kolkata", "2017-03-12"],
] as const;

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

/** A minute that passes, and what the wall shows: `2017-03-12 03:00`. Such texts compare as times do. */
export interface Minute {
  readonly at: Instant;
  readonly wall: string;
}

/** The minutes from three days before the beginning of a day (of UTC) to three days after it. */
export function minutesAround(zone: string, day: string): readonly Minute[] {
  const options = { timeZone: zone, dateStyle: "short", timeStyle: "short" } as const;
  const format = new Intl.DateTimeFormat("sv-SE", options);
  const first = Date.parse(`${day}T00:00Z`) - 3 * DAY;
  return Array.from({ length: (6 * DAY) / MINUTE }, (_, count) => {
    const at = toInstant(first + count * MINUTE);
    return { at, wall: format.format(at) };
  });
}

/** On each date that the wall shows (but the first, half over): the first minute that shows `time` or is beyond it. */
export function firstShown(minutes: readonly Minute[], time: string): ReadonlyMap<string, Instant> {
  const dates = new Map<string, number>();
  for (const [place, { wall }] of minutes.entries()) {
    const date = wall.slice(0, 10);
    if (!dates.has(date)) dates.set(date, place);
  }
  const shown = new Map<string, Instant>();
  for (const [date, begin] of [...dates].slice(1)) {
    const wanted = `${date} ${time}`;
    const found = minutes.find(({ wall }, place) => place >= begin && wall >= wanted);
    if (found !== undefined) shown.set(date, found.at);
  }
  return shown;
}

/**
 * The starts of a cron expression. With `*` or a step in its minutes or hours: each minute that passes and whose clock
 * agrees. Without: each of its times of day, once on each date.
 */
export function plainStarts(expression: string, minutes: readonly Minute[]): ReadonlySet<Instant> {
  const { times, isOn, isWild } = readExpression(expression);
  if (isWild) {
    const agrees = ({ wall }: Minute) => times.has(wall.slice(11)) && isOn(wall.slice(0, 10));
    return new Set(minutes.filter(agrees).map(({ at }) => at));
  }
  const shown = [...times].flatMap((time) => [...firstShown(minutes, time)]);
  return new Set(shown.filter(([date]) => isOn(date)).map(([, at]) => at));
}

function readExpression(expression: string) {
  const [minute = "", hour = "", day = "", , weekday = ""] = expression.split(" ");
  const times = valuesOf(hour, 0, 23).flatMap((hours) =>
    valuesOf(minute, 0, 59).map((minutes) => `${pad(hours)}:${pad(minutes)}`),
  );
  const days = valuesOf(day, 1, 31);
  const weekdays = valuesOf(weekday, 0, 6);
  const isOn = (date: string): boolean => {
    const isDay = days.includes(Number(date.slice(8)));
    const isWeekday = weekdays.includes(new Date(`${date}T00:00Z`).getUTCDay());
    return day === "*" || weekday === "*" ? isDay && isWeekday : isDay || isWeekday;
  };
  return { times: new Set(times), isOn, isWild: `${minute}${hour}`.includes("*") };
}

/** Of `*`, a step, or a list. */
function valuesOf(text: string, least: number, most: number): readonly number[] {
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  if (text === "*") return all;
  if (text.startsWith("*/")) return all.filter((value) => (value - least) % +text.slice(2) === 0);
  return text.split(",").map(Number);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
