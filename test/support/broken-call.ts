import type { BlobStore } from "../../core/storage/blob-store.ts";
import { type Fault, faulty } from "../../core/storage/faulty.ts";

/** A store in which call number `at` breaks, and every later one: the process is as good as dead. Counts from `start` on. */
export interface BrokenCalls {
  readonly store: BlobStore;
  start(): void;
  /** Whether the work came as far as the call that was to break. */
  isReached(): boolean;
}

export function breakFrom(
  store: BlobStore,
  { at, fault }: { readonly at: number; readonly fault: Fault },
): BrokenCalls {
  let calls = Number.NEGATIVE_INFINITY;
  const faultAt = (): Fault => {
    calls += 1;
    if (calls < at) return "none";
    return calls === at ? fault : "before";
  };
  return {
    store: faulty(store, faultAt),
    start: () => {
      calls = 0;
    },
    isReached: () => calls >= at,
  };
}
