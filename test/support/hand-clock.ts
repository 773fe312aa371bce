import { type Clock, toInstant } from "../../core/kit/clock.ts";
import type { Sleep } from "../../core/storage/retrying.ts";

/** A clock that only sleeping moves on, and how long each sleep was. */
export interface HandClock {
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly sleeps: number[];
}

export function createHandClock(start = Date.UTC(2026, 0, 1)): HandClock {
  let time = start;
  const sleeps: number[] = [];
  return {
    clock: { now: () => toInstant(time) },
    sleep: async (milliseconds, { signal }) => {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      const wake = time + milliseconds;
      await Promise.resolve();
      time = Math.max(time, wake);
    },
    sleeps,
  };
}
