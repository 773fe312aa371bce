import type { FunctionFault } from "./function-declaration.ts";

/** A moment with the offset that it was written with. */
export interface Timestamp {
  /** Nanoseconds since 1970, UTC. */
  readonly nanoseconds: bigint;
  /** Minutes ahead of UTC. */
  readonly offset: number;
}

/** The calendar and the clock of a timestamp at its own offset. */
export interface WallClock {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 0 for Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const SECOND = 1_000_000_000n;
const MINUTE_MS = 60_000;

/** Reads an RFC 3339 timestamp; the words of the fault are those of the reference implementation. */
export function parseTimestamp(text: string): Timestamp | FunctionFault {
  const reader = new TimestampReader(text);
  try {
    return reader.read();
  } catch (error) {
    if (!(error instanceof TimestampError)) throw error;
    return { fault: `not a valid RFC3339 timestamp: ${error.message}` };
  }
}

class TimestampError extends Error {
  override readonly name = "TimestampError";
}

/** A part of the timestamp that has the wrong form, or a value out of range; `rest` is where it was noticed. */
function unusable(rest: string, part: string): TimestampError {
  if (rest === "") return new TimestampError(`end of string before ${part}`);
  return new TimestampError(`cannot use ${JSON.stringify(rest)} as ${part}`);
}

class TimestampReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Timestamp {
    const year = this.#digits(4, "year");
    this.#expect("-");
    const month = this.#digits(2, "month");
    if (month < 1 || month > 12) throw unusable(this.#rest(), "month");
    this.#expect("-");
    const day = this.#digits(2, "day of month");
    if (this.#text[this.#at] !== "T") {
      throw new TimestampError("missing required time introducer 'T'");
    }
    this.#at += 1;
    const hour = this.#hour();
    this.#expect(":");
    const minute = this.#minute();
    this.#expect(":");
    const second = this.#digits(2, "second");
    if (second > 59) throw unusable(this.#rest(), "second");
    const fraction = this.#fraction();
    const offset = this.#offset();
    if (this.#rest() !== "") throw unusable(this.#rest(), "timestamp segment");
    if (day < 1 || day > daysIn(year, month)) throw new TimestampError("day out of range");
    const wall = dateOf({ year, month, day });
    wall.setUTCHours(hour, minute, second);
    const milliseconds = BigInt(wall.getTime() - offset * MINUTE_MS);
    return { nanoseconds: milliseconds * 1_000_000n + fraction, offset };
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #digits(count: 2 | 4, part: string): number {
    const digits = this.#text.slice(this.#at, this.#at + count);
    if (digits.length !== count || !/^\d+$/.test(digits)) throw unusable(this.#rest(), part);
    this.#at += count;
    return Number(digits);
  }

  #expect(character: "-" | ":"): void {
    const rest = this.#rest();
    if (rest.startsWith(character)) {
      this.#at += 1;
      return;
    }
    throw new TimestampError(
      rest === ""
        ? `end of string where "${character}" is expected`
        : `found ${JSON.stringify(rest)} where "${character}" is expected`,
    );
  }

  #hour(): number {
    const rest = this.#rest();
    if (/^\d:/.test(rest)) throw new TimestampError("hour must have exactly two digits");
    if (rest !== "" && !/^\d/.test(rest)) {
      throw rest.includes(":")
        ? new TimestampError("hour must be between 0 and 23 inclusive")
        : unusable(rest, "hour");
    }
    const hour = this.#digits(2, "hour");
    if (hour > 23) throw new TimestampError("hour must be between 0 and 23 inclusive");
    return hour;
  }

  #minute(): number {
    const rest = this.#rest();
    const isRight = /^[0-5]\d/.test(rest);
    if (!isRight && rest !== "") throw new TimestampError("minute must have exactly two digits");
    return this.#digits(2, "minute");
  }

  /** Nanoseconds; further digits are cut off. */
  #fraction(): bigint {
    if (/^,\d/.test(this.#rest())) throw unusable(",", "timestamp segment");
    const [whole = "", digits = ""] = /^\.(\d+)/.exec(this.#rest()) ?? [];
    this.#at += whole.length;
    return BigInt(digits.slice(0, 9).padEnd(9, "0"));
  }

  #offset(): number {
    const rest = this.#rest();
    if (rest.startsWith("Z")) {
      this.#at += 1;
      return 0;
    }
    const [whole, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(rest) ?? [];
    if (whole === undefined || Number(hours) > 23 || Number(minutes) > 59) {
      throw unusable(rest, "UTC offset");
    }
    this.#at += whole.length;
    const size = Number(hours) * 60 + Number(minutes);
    return sign === "-" ? 0 - size : size;
  }
}

function dateOf({ year, month, day }: Pick<WallClock, "year" | "month" | "day">): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

function daysIn(year: number, month: number): number {
  return dateOf({ year, month: month + 1, day: 0 }).getUTCDate();
}

/** What a clock at the timestamp's own offset shows. */
export function wallClockOf({ nanoseconds, offset }: Timestamp): WallClock {
  const seconds = floorDivide(nanoseconds, SECOND);
  const date = new Date(Number(seconds) * 1000 + offset * MINUTE_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** RFC 3339 to the second: `2017-02-01T12:00:00-08:00`, with `Z` for UTC. */
export function formatTimestamp(timestamp: Timestamp): string {
  const { year, month, day, hour, minute, second } = wallClockOf(timestamp);
  const date = [padYear(year), pad(month), pad(day)].join("-");
  const time = [hour, minute, second].map(pad).join(":");
  const zone = timestamp.offset === 0 ? "Z" : formatOffset(timestamp.offset, ":");
  return `${date}T${time}${zone}`;
}

/** `-08:00`, or `-0800` with no separator. */
export function formatOffset(offset: number, separator: ":" | ""): string {
  const size = Math.abs(offset);
  const sign = offset < 0 ? "-" : "+";
  return `${sign}${pad(Math.floor(size / 60))}${separator}${pad(size % 60)}`;
}

export function pad(amount: number): string {
  return String(amount).padStart(2, "0");
}

/** Four digits or more; a minus before the years before 1. */
export function padYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

/** The UTC timestamp of milliseconds since 1970. */
export function timestampOf(milliseconds: number): Timestamp {
  return { nanoseconds: BigInt(Math.floor(milliseconds)) * 1_000_000n, offset: 0 };
}
