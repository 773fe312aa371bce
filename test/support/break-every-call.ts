import assert from "node:assert/strict";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { BREAKAGES, breakingStore } from "./breaking-store.ts";
import { HOUR } from "./turned-clock.ts";
import { type TurnedStore, turnedStore } from "./turned-store.ts";
import type { Blobs } from "./vault.ts";

/** What is done with a store and may break at any of its calls. */
export interface BreakableWork {
  readonly title: string;
  /** How many calls it makes at the least: a test that breaks fewer breaks nothing. */
  readonly least: number;
  /** Each attempt begins anew. */
  begin(): Promise<Attempt>;
}

export interface Attempt {
  /** What the store holds, since two hours. */
  readonly blobs: Blobs;
  /** `seed` makes the ids. */
  run(store: BlobStore, at: RunOptions): Promise<void>;
  /** What must hold whatever became of the last run: everything that was committed restores. */
  check(store: BlobStore): Promise<void>;
  /** What must hold in addition once it was run again. */
  finish(store: TurnedStore): Promise<void>;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly seed: string;
}

export type OpenStore = () => Promise<{ readonly store: BlobStore } & AsyncDisposable>;

export interface Thoroughness {
  /** In how many of the ways a call breaks; the others are other calls'. */
  readonly ways: number;
  /** Each so many-th call breaks, from `first` on. */
  readonly every: number;
  readonly first: number;
}

export const EVERYTHING: Thoroughness = { ways: BREAKAGES.length, every: 1, first: 1 };

/**
 * Breaks call 1, 2, 3 … of the work until none is left to break. After each, whatever was committed restores, and the same
 * work succeeds when it is done again. Gives how many times it broke.
 */
export async function breakEveryCall(
  work: BreakableWork,
  open: OpenStore,
  { ways, every, first }: Thoroughness,
): Promise<number> {
  let broken = 0;
  for (let way = 0; way < ways; way += 1) {
    let at = first;
    for (let isBroken = true; isBroken; at += every) {
      const breakage = BREAKAGES[(at + way) % BREAKAGES.length] ?? "fails before";
      try {
        isBroken = await breakCall(await work.begin(), open, { at, breakage });
      } catch (error) {
        throw new Error(`${work.title}: call ${at} ${breakage}`, { cause: error });
      }
      broken += isBroken ? 1 : 0;
    }
    assert.ok(at > work.least, `${work.title}: only ${at} calls`);
  }
  return broken;
}

interface Break {
  readonly at: number;
  readonly breakage: (typeof BREAKAGES)[number];
}

async function breakCall(attempt: Attempt, open: OpenStore, { at, breakage }: Break) {
  await using under = await open();
  const store = turnedStore(under.store);
  for (const [name, bytes] of attempt.blobs) await store.put(name, [bytes]);
  store.turn(2 * HOUR);
  const isBroken = await runBroken(attempt, store, { at, breakage });
  await attempt.check(store);
  if (isBroken) {
    await attempt.run(store, { signal: new AbortController().signal, seed: "again" });
    await attempt.check(store);
  }
  await attempt.finish(store);
  return isBroken;
}

async function runBroken(
  attempt: Attempt,
  store: BlobStore,
  { at, breakage }: Break,
): Promise<boolean> {
  const broken = breakingStore(store, at, breakage);
  const { signal } = broken;
  try {
    await attempt.run(broken.store, { signal, seed: `${breakage} ${at}` });
  } catch (error) {
    const isTold = error instanceof DiagnosticError || (signal.aborted && error === signal.reason);
    assert.ok(isTold, `not a diagnostic: ${String(error)}`);
  }
  return broken.isBroken();
}
