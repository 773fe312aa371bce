import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { Abortable, BlobInfo, BlobStore } from "../../core/storage/blob-store.ts";

/**
 * How one call of a store goes wrong. `dies`: every later call fails, too, as if the process had ended. `fails`: only this
 * one does. `cuts`: a read gives half of the bytes, and a listing breaks off in its middle. `hangs`: no answer comes, and
 * the caller gives up by its signal.
 */
export const BREAKAGES = [
  "dies before",
  "dies after",
  "fails before",
  "fails after",
  "cuts",
  "hangs",
] as const;
export type Breakage = (typeof BREAKAGES)[number];

export interface BreakingStore {
  readonly store: BlobStore;
  /** What the caller is to be given: `hangs` aborts it. */
  readonly signal: AbortSignal;
  /** Whether the work came as far as the call that breaks. */
  isBroken(): boolean;
}

/** The same store, of which call number `at`, from 1, goes wrong. */
export function breakingStore(store: BlobStore, at: number, breakage: Breakage): BreakingStore {
  const abort = new AbortController();
  let calls = 0;
  const next = (): Breakage | "works" => {
    calls += 1;
    if (calls < at) return "works";
    if (calls === at) return breakage;
    return breakage.startsWith("dies") ? "dies before" : "works";
  };
  const around = async <T>({ signal }: Abortable, { call, cut }: Cuttable<T>): Promise<T> => {
    const now = next();
    signal?.throwIfAborted();
    if (now === "hangs") giveUp(signal, abort);
    if (now.endsWith("before")) fail();
    const result = await call();
    if (now.endsWith("after")) fail();
    return now === "cuts" ? cut(result) : result;
  };
  const whole = <T>(options: Abortable | undefined, call: () => Promise<T>): Promise<T> =>
    around(options ?? {}, { call, cut: fail });
  const broken: BlobStore = {
    put: (name, parts, options) => whole(options, () => store.put(name, parts, options)),
    head: (name, options) => whole(options, () => store.head(name, options)),
    remove: (name, options) => whole(options, () => store.remove(name, options)),
    setTier: (name, tier, options) => whole(options, () => store.setTier(name, tier, options)),
    get: (name, options) =>
      around(options ?? {}, {
        call: () => store.get(name, options),
        cut: (bytes) => bytes.subarray(0, bytes.length >> 1),
      }),
    async *list(prefix, options) {
      const all = await around<readonly (BlobInfo | "cut")[]>(options ?? {}, {
        call: () => Array.fromAsync(store.list(prefix, options)),
        cut: (infos) => [...infos.slice(0, infos.length >> 1), "cut"],
      });
      for (const info of all) yield info === "cut" ? fail() : info;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { store: broken, signal: abort.signal, isBroken: () => calls >= at };
}

interface Cuttable<T> {
  readonly call: () => Promise<T>;
  /** What is given of the result when it is cut. */
  readonly cut: (result: T) => T;
}

/** A caller without a signal waits until the store itself gives up. */
function giveUp(signal: AbortSignal | undefined, abort: AbortController): never {
  if (signal !== undefined) abort.abort();
  signal?.throwIfAborted();
  return fail();
}

function fail(): never {
  throw failure({
    code: "STORE_FAILED",
    summary: "Injected fault",
    detail: "This call was made to fail by a test.",
  });
}
