import { setImmediate } from "node:timers/promises";
import type { BlobStore } from "../../core/storage/blob-store.ts";

interface Waiting {
  readonly actor: number;
  readonly isPut: boolean;
  go(): void;
}

/**
 * Lets actors use one store, one call at a time, in the order that `choose` draws: a schedule of a machine with as many
 * processors as one likes, the same again for the same choices. An actor that is killed gets no answer any more.
 */
export class TurnTaking {
  readonly #store: BlobStore;
  readonly #choose: (count: number) => number;
  readonly #waiting: Waiting[] = [];
  readonly #busy = new Map<number, Promise<unknown>>();
  readonly #killed = new Set<number>();
  #failure: { readonly error: unknown } | undefined;

  constructor(store: BlobStore, choose: (count: number) => number) {
    this.#store = store;
    this.#choose = choose;
  }

  get busy(): readonly number[] {
    return [...this.#busy.keys()];
  }

  /** The store as that actor sees it: each call waits for its turn. */
  storeOf(actor: number): BlobStore {
    const store = this.#store;
    const turn = (isPut = false): Promise<void> =>
      new Promise((resolve) => {
        if (!this.#killed.has(actor)) this.#waiting.push({ actor, isPut, go: resolve });
      });
    return {
      put: async (name, parts, options) => {
        await turn(true);
        return store.put(name, parts, options);
      },
      get: async (name, options) => {
        await turn();
        return store.get(name, options);
      },
      head: async (name, options) => {
        await turn();
        return store.head(name, options);
      },
      async *list(prefix, options) {
        await turn();
        // As of one moment, like a page of a listing.
        yield* await Array.fromAsync(store.list(prefix, options));
      },
      remove: async (name, options) => {
        await turn();
        return store.remove(name, options);
      },
      setTier: (name, tier, options) => store.setTier(name, tier, options),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  /** Begins an actor's work. When it rejects, so does the next step. */
  begin(actor: number, work: () => Promise<void>): void {
    const done = work().catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#busy.set(
      actor,
      done.finally(() => this.#busy.delete(actor)),
    );
  }

  /** Ends an actor in the middle. A put that waits for its turn may still come later, as one on its way through a network does. */
  kill(actor: number): void {
    this.#killed.add(actor);
    this.#busy.delete(actor);
    const own = this.#waiting.filter((waiting) => waiting.actor === actor);
    for (const waiting of own) {
      const isOnItsWay = waiting.isPut && this.#choose(2) === 0;
      if (!isOnItsWay) this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    }
  }

  /** Gives one call its turn. False when nobody is at work. */
  async step(): Promise<boolean> {
    while (this.#busy.size > 0 && !this.#isEveryoneWaiting()) await setImmediate();
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#waiting.length === 0) return false;
    const [next] = this.#waiting.splice(this.#choose(this.#waiting.length), 1);
    next?.go();
    await setImmediate();
    return true;
  }

  #isEveryoneWaiting(): boolean {
    const waiting = new Set(this.#waiting.map(({ actor }) => actor));
    return this.busy.every((actor) => waiting.has(actor));
  }
}
