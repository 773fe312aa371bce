import {
  DATETIME_UNITS_PER_DAY,
  DAY_1753,
  DAY_1900,
  MAX_DAY,
  type Moment,
  roundTicks,
  TICKS_PER_DAY,
  TICKS_PER_MINUTE,
} from "./calendar.ts";
import type { DateTimeOffset, SqlType, SqlTypeName, SqlValue } from "./sql-type.ts";

const DAY_TICKS = BigInt(TICKS_PER_DAY);
const TICKS_PER_DATETIME_UNIT = 100_000 / 3;
const MINUTES_PER_DAY = 1440;
/** 2079-06-06, the last day of smalldatetime. */
const MAX_SMALL_DAY = DAY_1900 + 65_535;

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

/** The local moment that counts `ticks` from 0001-01-01. */
export function momentOfTicks(ticks: bigint, offset: number): Moment {
  const days = floorDivide(ticks, DAY_TICKS);
  return { days: Number(days), ticks: Number(ticks - days * DAY_TICKS), offset };
}

export function ticksOfMoment(moment: Moment): bigint {
  return BigInt(moment.days) * DAY_TICKS + BigInt(Math.round(moment.ticks));
}

export function utcTicksOfMoment(moment: Moment): bigint {
  return ticksOfMoment(moment) - BigInt(moment.offset) * BigInt(TICKS_PER_MINUTE);
}

type MomentReader = (value: SqlValue) => Moment;
type MomentWriter = (moment: Moment) => SqlValue | undefined;

const READERS: Partial<Record<SqlTypeName, MomentReader>> = {
  date: (value) => ({ days: value as number, ticks: 0, offset: 0 }),
  time: (value) => ({ days: DAY_1900, ticks: value as number, offset: 0 }),
  datetime: (value) => {
    const days = Math.floor((value as number) / DATETIME_UNITS_PER_DAY);
    const units = (value as number) - days * DATETIME_UNITS_PER_DAY;
    return { days: days + DAY_1900, ticks: units * TICKS_PER_DATETIME_UNIT, offset: 0 };
  },
  smalldatetime: (value) => {
    const days = Math.floor((value as number) / MINUTES_PER_DAY);
    const minutes = (value as number) - days * MINUTES_PER_DAY;
    return { days: days + DAY_1900, ticks: minutes * TICKS_PER_MINUTE, offset: 0 };
  },
  datetime2: (value) => momentOfTicks(value as bigint, 0),
  datetimeoffset: (value) => {
    const { utcTicks, offsetMinutes } = value as DateTimeOffset;
    const local = utcTicks + BigInt(offsetMinutes) * BigInt(TICKS_PER_MINUTE);
    return momentOfTicks(local, offsetMinutes);
  },
};

const WRITERS: Partial<Record<SqlTypeName, (scale: number) => MomentWriter>> = {
  date:
    () =>
    ({ days }) =>
      isDay(days) ? days : undefined,
  time:
    (scale) =>
    ({ ticks }) =>
      roundTicks(ticks, scale) % TICKS_PER_DAY,
  datetime: () => writeDatetime,
  smalldatetime: () => writeSmallDatetime,
  datetime2: (scale) => (moment) => {
    const rounded = roundMoment(moment, scale);
    return isDay(rounded.days) ? ticksOfMoment(rounded) : undefined;
  },
  datetimeoffset: (scale) => (moment) => {
    const rounded = roundMoment(moment, scale);
    const utcTicks = utcTicksOfMoment(rounded);
    if (!isDay(rounded.days) || !isDay(momentOfTicks(utcTicks, 0).days)) return undefined;
    return { utcTicks, offsetMinutes: moment.offset };
  },
};

/** Reads values of a date or time type (held as sql-type.ts says, which the casts rest on) as moments. */
export function momentReader(type: SqlType): MomentReader {
  const reader = READERS[type.name];
  if (reader === undefined) throw new Error(`${type.name} holds no moment. This is a bug.`);
  return reader;
}

/** Makes a value of a date or time type, rounded to its unit; undefined when the moment lies outside the type. */
export function momentWriter(type: SqlType): MomentWriter {
  const writer = WRITERS[type.name];
  if (writer === undefined) throw new Error(`${type.name} holds no moment. This is a bug.`);
  return writer(type.scale ?? 7);
}

function isDay(days: number): boolean {
  return days >= 0 && days <= MAX_DAY;
}

function roundMoment(moment: Moment, scale: number): Moment {
  const ticks = roundTicks(moment.ticks, scale);
  if (ticks < TICKS_PER_DAY) return { ...moment, ticks };
  return { ...moment, days: moment.days + 1, ticks: ticks - TICKS_PER_DAY };
}

/** Three units are 100,000 ticks: multiplied first, so that halves stay exact. */
function datetimeUnits(ticks: number): number {
  return Math.round((ticks * 3) / 100_000);
}

function writeDatetime({ days, ticks }: Moment): number | undefined {
  const value = (days - DAY_1900) * DATETIME_UNITS_PER_DAY + datetimeUnits(ticks);
  const day = Math.floor(value / DATETIME_UNITS_PER_DAY) + DAY_1900;
  return day >= DAY_1753 && day <= MAX_DAY ? value : undefined;
}

/** Seconds are rounded as datetime holds them: 29.998 goes down, 29.999 up. */
function writeSmallDatetime({ days, ticks }: Moment): number | undefined {
  const units = datetimeUnits(ticks);
  const value = (days - DAY_1900) * MINUTES_PER_DAY + Math.round(units / (300 * 60));
  const day = Math.floor(value / MINUTES_PER_DAY) + DAY_1900;
  return day >= DAY_1900 && day <= MAX_SMALL_DAY ? value : undefined;
}
