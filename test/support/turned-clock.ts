import { type Clock, type Instant, toInstant } from "../../core/kit/clock.ts";

/** A clock that goes on by a millisecond whenever it is read, and as far as it is turned. */
export interface TurnedClock extends Clock {
  /** Milliseconds; negative ones turn it back. */
  turn(by: number): void;
}

export function turnedClock(): TurnedClock {
  let time = Date.UTC(2026, 0, 1);
  return {
    now(): Instant {
      time += 1;
      return toInstant(time);
    },
    turn(by) {
      time += by;
    },
  };
}

export const HOUR = 60 * 60 * 1000;
