import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

/**
 * A lane's own heap takes some 10 MB. What it allocates besides are buffers of a moment, of which V8 leaves as many uncollected
 * as the heap has room for: a small one halves the peak of a restore (docs/performance.md).
 */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Bytes of a heap that may become five times as large. */
const SMALL_HEAP = 24 * 1024 * 1024;

/** Starts a thread that serves as a lane of a vault: from the bundle, or from source in tests. */
export function startLane(): Worker {
  collectSeldom();
  const name = import.meta.url.endsWith(".ts") ? "./vault-lane.ts" : "./vault-lane.js";
  return new Worker(new URL(name, import.meta.url), { resourceLimits: LIMITS });
}

/**
 * V8 marks a heap of 8 MB anew for every 2 MB that became old, which was a fourteenth of the processor's time of a first
 * backup: 30 times for 2 GiB, 5 times with this. Nothing where the heap is large already.
 */
function collectSeldom(): void {
  if (getHeapStatistics().used_heap_size > SMALL_HEAP) return;
  setFlagsFromString("--heap-growing-percent=400");
}
