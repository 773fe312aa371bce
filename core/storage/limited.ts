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
 * once. So what is moved in any stretch of time is below the limit, but for the blobs that are under way.
 */
export function limited(store: BlobStore, limit: BandwidthLimit): BlobStore {
  const pace = new Pace(limit);
  return {
    put: async (name, parts, options) => {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      await pace.enter(size, options);
      return store.put(name, parts, options);
    },
    get: async (name, options) => {
      const known = options?.span?.length ?? 0;
      await pace.enter(known, options);
      const bytes = await store.get(name, options);
      pace.spend(bytes.length - known);
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

  /** Waits for the line, and takes it for so many bytes before anybody else can. */
  async enter(bytes: number, options: Abortable = {}): Promise<void> {
    options.signal?.throwIfAborted();
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
      await this.#limit.sleep(wait, options);
    }
    this.spend(bytes);
  }

  spend(bytes: number): void {
    const { clock, bytesPerSecond } = this.#limit;
    const begin = Math.max(this.#freeAt, clock.now());
    this.#freeAt = begin + Math.ceil((bytes * 1000) / bytesPerSecond);
  }

  #wait(): number {
    return this.#freeAt - this.#limit.clock.now();
  }
}
