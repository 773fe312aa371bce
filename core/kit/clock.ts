import type { Brand } from "./brand.ts";

/** A moment: milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = Brand<number, "Instant">;

/** Tells the time. Core takes one as an argument; tests turn it by hand. */
export interface Clock {
  now(): Instant;
}

/** Throws RangeError unless `value` is a finite number of milliseconds; rounds down. */
export function toInstant(value: number): Instant {
  if (!Number.isFinite(value)) throw new RangeError(`not an instant: ${value}`);
  return Math.floor(value) as Instant;
}
