import { DATETIME_UNITS_PER_DAY } from "./calendar.ts";

const MS_PER_DAY = 86_400_000;
/** 1900-01-01, where values of type datetime count from. */
const ORIGIN = Date.UTC(1900, 0, 1);

/** Milliseconds since 1970 of a value of type datetime. */
export function timeOfDatetime(value: number): number {
  return ORIGIN + Math.round((value / DATETIME_UNITS_PER_DAY) * MS_PER_DAY);
}
