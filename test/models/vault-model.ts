import type { Model, Step } from "./explore.ts";
import { burialSteps } from "./vault-burial.ts";
import { collectorSteps, isNeeded } from "./vault-collectors.ts";
import type { Guards } from "./vault-guards.ts";
import { mustBeReadable, readerSteps, worldSteps, writerSteps } from "./vault-people.ts";
import { type Bounds, initialState, keyOf, type VaultState } from "./vault-state.ts";

/** The protocol of decision 14 in a world of that size. */
export function vaultModel(bounds: Bounds, guards: Guards): Model<VaultState> {
  return {
    initial: initialState(bounds),
    keyOf,
    *stepsOf(state) {
      const rules = { guards, ...bounds };
      yield* worldSteps(state, bounds);
      for (const which of state.writers.keys()) yield* writerSteps(state, which, rules);
      yield* readerSteps(state, guards);
      for (const which of state.collectors.keys()) yield* collectorSteps(state, which, rules);
      yield* burialSteps(state, guards);
    },
    problemOf(state) {
      return lossIn(state) ?? (isQuiet(state) ? litterAfter(state, guards) : undefined);
    },
  };
}

function lossIn(state: VaultState): string | undefined {
  const isThere = (state.packs & state.indexed) !== 0;
  if (isThere) return undefined;
  const lost = state.points.findIndex(({ name, noted }) => name === "manifest" && !noted);
  if (lost >= 0) return `point ${lost} has lost its packs`;
  return mustBeReadable(state) ? "the reader has lost its packs" : undefined;
}

/** Whether all that was begun has come to an end, or died. */
function isQuiet({ writers, reader, collectors, burial, clock }: VaultState): boolean {
  return (
    writers.every(({ at }) => ["idle", "ended", "lost", "dead"].includes(at)) &&
    ["idle", "done"].includes(reader.at) &&
    collectors.every(({ at }) => ["idle", "done", "dead"].includes(at)) &&
    burial.at === "idle" &&
    clock.lag === 0
  );
}

/** What is left that nothing needs, after time has passed and collections have come to their ends. */
function litterAfter(quiet: VaultState, guards: Guards): string | undefined {
  const rules = { guards, rewrites: false, crashes: false, damages: quiet.damages };
  // Where nobody reads any more, the order of listings is all the same, and in the right one it comes to an end.
  const calm = { ...guards, noteBeforeLeases: true };
  const truth = quiet.clock.truth + 9;
  const resumed = quiet.collectors.map((collector) =>
    collector.at === "dead" && collector.mark !== undefined && !collector.isDamaged
      ? ({ ...collector, at: "marked", garbage: collector.mark, leasedAt: truth } as const)
      : ({ ...collector, at: "idle", garbage: 0 } as const),
  );
  let state: VaultState = {
    ...quiet,
    clock: { ...quiet.clock, truth, highest: truth },
    collectors: resumed,
  };
  for (let round = 0; round < 3; round += 1) {
    for (const which of state.collectors.keys()) {
      state = run(state, (at) => burialSteps(at, calm));
      state = run(state, (at) => collectorSteps(at, which, rules));
    }
    state = {
      ...state,
      collectors: state.collectors.map((collector) => ({ ...collector, at: "idle" })),
    };
  }
  return litterIn(state);
}

function litterIn(state: VaultState): string | undefined {
  const most = isNeeded(state) ? 1 : 0;
  const packs = state.packs.toString(2).replaceAll("0", "").length;
  if (packs > most) return `${packs} packs stay for ever`;
  if (state.points.some(({ noted }) => noted)) return "a note stays for ever";
  return state.collectors.some(({ mark }) => mark !== undefined)
    ? "a mark stays for ever"
    : undefined;
}

/** Takes the first step that there is until there is none. */
function run(from: VaultState, stepsOf: (state: VaultState) => Iterable<Step<VaultState>>) {
  let state = from;
  for (let steps = 0; steps < 1000; steps += 1) {
    const [first] = stepsOf(state);
    if (first === undefined) return state;
    state = first.state;
  }
  throw new RangeError("it never ends");
}
