interface Offer<T> {
  readonly value: T;
  readonly release: () => void;
}

interface Wanted<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands values from one side to the other, one at a time: `offer` resolves when the taker came back for the next value,
 * so the giver never runs ahead and a value may be reused then. Holds one value.
 */
export class Handoff<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onAbandon: () => Promise<void>;
  #offer: Offer<T> | undefined;
  #wanted: Wanted<T> | undefined;
  #release: (() => void) | undefined;
  #end: { readonly error: Error | undefined } | undefined;
  #isAbandoned = false;

  /** `onAbandon` is called when the taker leaves before the end. */
  constructor(onAbandon: () => Promise<void>) {
    this.#onAbandon = onAbandon;
  }

  offer(value: T): Promise<void> {
    if (this.#isAbandoned) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#wanted === undefined) this.#offer = { value, release: resolve };
    else {
      this.#release = resolve;
      this.#wanted.resolve({ done: false, value });
      this.#wanted = undefined;
    }
    return promise;
  }

  /** No value comes any more; with an error, the taker gets it. */
  finish(error?: Error): void {
    this.#end ??= { error };
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted === undefined) return;
    if (error === undefined) wanted.resolve({ done: true, value: undefined });
    else wanted.reject(error);
  }

  /** Offers are dropped from now on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#release?.();
    this.#offer?.release();
    this.#offer = undefined;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.#release?.();
    this.#release = undefined;
    const offer = this.#offer;
    if (offer !== undefined) {
      this.#offer = undefined;
      this.#release = offer.release;
      return Promise.resolve({ done: false, value: offer.value });
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
      return error === undefined ? Promise.resolve(end) : Promise.reject(error);
    }
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#wanted = { resolve, reject };
    return promise;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.abandon();
    if (this.#end === undefined) await this.#onAbandon();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
