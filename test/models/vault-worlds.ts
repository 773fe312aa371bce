import type { Guards } from "./vault-guards.ts";
import type { Bounds } from "./vault-state.ts";

const SMALLEST: Bounds = {
  writers: 1,
  collectors: 1,
  reader: false,
  purges: 1,
  rewrites: false,
  crashes: false,
  ticks: 2,
  clockSteps: 0,
  damages: 0,
};

/** Two collectors, each of which would rewrite what the other relies on, and a mark that becomes unreadable. */
const REWRITING: Bounds = {
  ...SMALLEST,
  writers: 0,
  collectors: 2,
  rewrites: true,
  purges: 0,
  ticks: 0,
  damages: 1,
};

interface World {
  readonly bounds: Bounds;
  /** How many states it has, counted by the search. */
  readonly states: number;
}

/** Worlds that are searched whole in a second. */
export const SMALL_WORLDS: Readonly<Record<string, World>> = {
  "a writer and a collector that die, two removals": {
    bounds: { ...SMALLEST, purges: 2, crashes: true },
    states: 37202,
  },
  "two collectors that rewrite": {
    bounds: { ...SMALLEST, writers: 0, collectors: 2, rewrites: true, purges: 0, ticks: 0 },
    states: 898,
  },
  "a writer and a collector that rewrites": {
    bounds: { ...SMALLEST, crashes: true, rewrites: true },
    states: 37136,
  },
  "a reader while the clock steps back": {
    bounds: { ...SMALLEST, writers: 0, reader: true, clockSteps: 2, ticks: 3, crashes: true },
    states: 13515,
  },
  "a writer and a mark that becomes unreadable": {
    bounds: { ...SMALLEST, ticks: 0, damages: 1 },
    states: 1894,
  },
  "two collectors that rewrite, and a mark that becomes unreadable": {
    bounds: { ...REWRITING, ticks: 2 },
    states: 43765,
  },
};

/** Worlds that take a minute together. */
export const LARGE_WORLDS: Readonly<Record<string, World>> = {
  "two writers and a collector": { bounds: { ...SMALLEST, writers: 2 }, states: 246274 },
  "two writers and a collector that die": {
    bounds: { ...SMALLEST, writers: 2, crashes: true },
    states: 1186410,
  },
  "a writer, a reader and a collector while the clock steps back": {
    bounds: { ...SMALLEST, reader: true, clockSteps: 2, ticks: 2 },
    states: 153069,
  },
  "a writer and two collectors that rewrite and die": {
    bounds: { ...SMALLEST, collectors: 2, rewrites: true, crashes: true, ticks: 0 },
    states: 1054046,
  },
  "a writer, two collectors and a mark that becomes unreadable": {
    bounds: { ...SMALLEST, collectors: 2, ticks: 0, damages: 1 },
    states: 81376,
  },
  "a writer, a collector that rewrites and two marks that become unreadable": {
    bounds: { ...SMALLEST, rewrites: true, damages: 2 },
    states: 69350,
  },
};

/** For each guard, a small world that breaks without it, and in how many steps. */
export const BROKEN_WORLDS: Readonly<
  Record<keyof Guards, { readonly bounds: Bounds; readonly steps: number }>
> = {
  leaseBeforeMarks: { bounds: SMALLEST, steps: 17 },
  markBeforeLeases: { bounds: SMALLEST, steps: 18 },
  marksBeforePacks: { bounds: SMALLEST, steps: 18 },
  fence: { bounds: SMALLEST, steps: 19 },
  wait: { bounds: SMALLEST, steps: 17 },
  readAgain: { bounds: SMALLEST, steps: 14 },
  markedIsNoHome: {
    bounds: { ...SMALLEST, writers: 0, collectors: 2, rewrites: true, purges: 0, ticks: 0 },
    steps: 20,
  },
  markLast: { bounds: SMALLEST, steps: 18 },
  readerLease: { bounds: { ...SMALLEST, writers: 0, reader: true }, steps: 13 },
  noteBeforeLeases: { bounds: { ...SMALLEST, writers: 0, reader: true }, steps: 16 },
  indexBeforeMark: { bounds: { ...SMALLEST, rewrites: true }, steps: 10 },
  clock: {
    bounds: { ...SMALLEST, writers: 0, reader: true, clockSteps: 2, ticks: 3 },
    steps: 17,
  },
  nameOnce: { bounds: { ...SMALLEST, purges: 2, crashes: true }, steps: 25 },
  unreadableIsAll: { bounds: { ...SMALLEST, ticks: 0, damages: 1 }, steps: 18 },
  unreadableIsNoHome: { bounds: REWRITING, steps: 21 },
  alone: { bounds: REWRITING, steps: 24 },
  collectorLease: { bounds: { ...REWRITING, ticks: 2 }, steps: 26 },
};
