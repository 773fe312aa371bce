import type { Clock } from "../kit/clock.ts";
import type { Abortable, BlobStore } from "./blob-store.ts";
import type { Sleep } from "./retrying.ts";

export interface BandwidthLimit {
  /** Of blobs written and read, together; more than 0. */
  readonly bytesPerSecond: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/**
 * The same store at a limited speed. A call waits until the bytes of those before it have had their time; its own go at
 * once. So the average of any stretch stays below the limit plus one blob.
 */
export function limited(store: BlobStore, limit: BandwidthLimit): BlobStore {
  const pace = new Pace(limit);
  return {
    put: async (name, parts, options) => {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      await pace.enter(options);
      pace.spend(size);
      return store.put(name, parts, options);
    },
    get: async (name, options) => {
      await pace.enter(options);
      const bytes = await store.get(name, options);
      pace.spend(bytes.length);
      return bytes;
    },
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    remove: (name, options) => store.remove(name, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** When the line is free again. */
class Pace {
  readonly #limit: BandwidthLimit;
  #freeAt = 0;

  constructor(limit: BandwidthLimit) {
    this.#limit = limit;
  }

  async enter(options: Abortable = {}): Promise<void> {
    for (;;) {
      options.signal?.throwIfAborted();
      const wait = this.#freeAt - this.#limit.clock.now();
      if (wait <= 0) return;
      await this.#limit.sleep(wait, options);
    }
  }

  spend(bytes: number): void {
    const { clock, bytesPerSecond } = this.#limit;
    const begin = Math.max(this.#freeAt, clock.now());
    this.#freeAt = begin + Math.ceil((bytes * 1000) / bytesPerSecond);
  }
}
