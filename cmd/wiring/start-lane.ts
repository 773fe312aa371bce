import { Worker } from "node:worker_threads";

/** What a lane allocates besides shared memory are buffers of a moment: a small young space gives them back soon. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/** Starts a thread that serves as a lane of a vault: from the bundle, or from source in tests. */
export function startLane(): Worker {
  const name = import.meta.url.endsWith(".ts") ? "./vault-lane.ts" : "./vault-lane.js";
  return new Worker(new URL(name, import.meta.url), { resourceLimits: LIMITS });
}
