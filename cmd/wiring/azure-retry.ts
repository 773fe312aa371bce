import { setTimeout } from "node:timers/promises";
import { toInstant } from "../../core/kit/clock.ts";
import type { RetryOptions } from "../../core/storage/retrying.ts";

/** How long calls of Azure's services are tried again. */
export const AZURE_RETRY: RetryOptions = {
  clock: { now: () => toInstant(Date.now()) },
  sleep: (milliseconds, { signal }) => setTimeout(milliseconds, undefined, { signal }),
  random: () => Math.random(),
};
