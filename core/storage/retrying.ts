import { hasCode } from "../diagnostics/caught.ts";
import { CODES } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Clock } from "../kit/clock.ts";
import { formatDuration } from "../kit/duration.ts";
import type { Abortable, BlobInfo, BlobName, BlobStore } from "./blob-store.ts";
import { RetryHint } from "./retry-hint.ts";
import { findSameBlob } from "./same-blob.ts";

/** Waits so many milliseconds; rejects with the signal's reason when that aborts. */
export type Sleep = (milliseconds: number, options: Abortable) => Promise<void>;

export interface RetryOptions {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** From 0 up to 1, without 1: spreads those who were turned away at the same moment. */
  readonly random: () => number;
  /** Milliseconds from the first try of a call after which it is given up. */
  readonly patience?: number | undefined;
}

/** Does a call again while it fails with what passes. */
export type Repeat = <T>(call: () => Promise<T>, options: Abortable) => Promise<T>;

const PATIENCE_MS = 5 * 60_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * The same store, whose calls are tried again while their error says `retry: "later"`: after 250 ms, then twice as long
 * each time up to 30 s, less up to half of it by chance, and never sooner than the store asked for. A call is given up
 * when its next try would begin after its patience has ended; its error then says how often it was tried.
 *
 * A `put` that finds the name taken at its second try may have written the blob at the first and lost the answer. It
 * compares: the same bytes are its own blob, others are STORE_EXISTS.
 */
export function retrying(store: BlobStore, options: RetryOptions): BlobStore {
  return new RetryingStore(store, options);
}

/** The same patience for parts of a call: for stores whose listings are made of many requests. */
export function createRepeat(retry: RetryOptions): Repeat {
  return async (call, options) => {
    const patience = new Patience(retry);
    for (;;) {
      try {
        return await call();
      } catch (error) {
        await patience.wait(error, options);
      }
    }
  };
}

class RetryingStore implements BlobStore {
  readonly #store: BlobStore;
  readonly #options: RetryOptions;
  readonly #repeat: Repeat;

  constructor(store: BlobStore, options: RetryOptions) {
    this.#store = store;
    this.#options = options;
    this.#repeat = createRepeat(options);
  }

  put(name: BlobName, parts: readonly Uint8Array[], options: Abortable = {}): Promise<BlobInfo> {
    let tries = 0;
    return this.#repeat(async () => {
      tries += 1;
      try {
        return await this.#store.put(name, parts, options);
      } catch (error) {
        if (tries === 1 || !isTaken(error)) throw error;
        const own = await findSameBlob(this, { name, parts }, options);
        if (own === undefined) throw error;
        return own;
      }
    }, options);
  }

  get(name: BlobName, options: Parameters<BlobStore["get"]>[1] = {}): Promise<Uint8Array> {
    return this.#repeat(() => this.#store.get(name, options), options);
  }

  head(name: BlobName, options: Abortable = {}): Promise<BlobInfo | undefined> {
    return this.#repeat(() => this.#store.head(name, options), options);
  }

  /** A listing that breaks begins anew and passes over what it gave before; it keeps the names for that. */
  async *list(prefix: string, options: Abortable = {}): AsyncIterable<BlobInfo> {
    const given = new Set<BlobName>();
    const patience = new Patience(this.#options);
    for (let isWhole = false; !isWhole; ) {
      try {
        for await (const info of onlyNew(this.#store.list(prefix, options), given)) {
          patience.renew();
          yield info;
        }
        isWhole = true;
      } catch (error) {
        await patience.wait(error, options);
      }
    }
  }

  remove(name: BlobName, options: Abortable = {}): Promise<void> {
    return this.#repeat(() => this.#store.remove(name, options), options);
  }

  setTier(...[name, tier, options = {}]: Parameters<BlobStore["setTier"]>): Promise<void> {
    return this.#repeat(() => this.#store.setTier(name, tier, options), options);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#store[Symbol.asyncDispose]();
  }
}

async function* onlyNew(
  infos: AsyncIterable<BlobInfo>,
  given: Set<BlobName>,
): AsyncGenerator<BlobInfo> {
  for await (const info of infos) {
    if (given.has(info.name)) continue;
    given.add(info.name);
    yield info;
  }
}

/** How long one call has been tried, and how long it waits next. */
class Patience {
  readonly #options: RetryOptions;
  #begin: number;
  #tries = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
    this.#begin = options.clock.now();
  }

  /** There was progress: the next failure is a first one. */
  renew(): void {
    this.#begin = this.#options.clock.now();
    this.#tries = 0;
  }

  /** Waits before the next try, or rejects with what the call is given up for. */
  async wait(error: unknown, { signal }: Abortable): Promise<void> {
    signal?.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    if (CODES[error.diagnostic.code].retry !== "later") throw error;
    const { clock, sleep, random, patience = PATIENCE_MS } = this.#options;
    const longest = Math.min(FIRST_WAIT_MS * 2 ** this.#tries, LONGEST_WAIT_MS);
    const asked = error.cause instanceof RetryHint ? error.cause.wait : 0;
    const wait = Math.max(asked, Math.ceil(longest * (1 - random() / 2)));
    this.#tries += 1;
    const passed = clock.now() - this.#begin;
    if (passed + wait > patience) throw givenUp(error, this.#tries, passed);
    await sleep(wait, { signal });
  }
}

function isTaken(error: unknown): boolean {
  return hasCode(error, "STORE_EXISTS");
}

function givenUp(error: DiagnosticError, tries: number, passed: number): DiagnosticError {
  if (tries === 1) return error;
  const { diagnostic } = error;
  const told = `It was tried ${tries} times in ${formatDuration(passed)}.`;
  const detail = `${diagnostic.detail} ${told}`;
  return new DiagnosticError({ ...diagnostic, detail }, { cause: error });
}
