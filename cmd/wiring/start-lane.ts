import { Worker } from "node:worker_threads";

/**
 * A lane's own heap takes some 10 MB. What it allocates besides are buffers of a moment, of which V8 leaves as many uncollected
 * as the heap has room for: a small one halves the peak of a restore (docs/performance.md).
 */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Starts a thread that serves as a lane of a vault: from the bundle, or from source in tests. */
export function startLane(): Worker {
  const name = import.meta.url.endsWith(".ts") ? "./vault-lane.ts" : "./vault-lane.js";
  return new Worker(new URL(name, import.meta.url), { resourceLimits: LIMITS });
}
