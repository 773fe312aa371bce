import type { Step } from "./explore.ts";
import type { Guards } from "./vault-guards.ts";
import { isRead, storeTime } from "./vault-people.ts";
import { type BurialState, type VaultState, withAt } from "./vault-state.ts";

type Steps = Generator<Step<VaultState>>;

/** Takes removed points out of the store: the manifest, the name where its writer did not end, the lease, the note. */
export function* burialSteps(state: VaultState, guards: Guards): Steps {
  if (guards.clock && storeTime(state.clock) < state.clock.highest) return;
  yield* MOVES[state.burial.at](state, guards);
}

const MOVES: Readonly<Record<BurialState["at"], (state: VaultState, guards: Guards) => Steps>> = {
  *idle(state, { noteBeforeLeases }) {
    for (const [id, { noted }] of state.points.entries()) {
      if (noteBeforeLeases ? !noted : isKept(state, id)) continue;
      const begun = { at: "note-listed", point: id } as const;
      yield { action: `point ${id}: its note is listed`, state: { ...state, burial: begun } };
    }
  },
  *"note-listed"(state, { noteBeforeLeases }) {
    const { point } = state.burial;
    const isLate = !noteBeforeLeases && state.points[point]?.noted !== true;
    if (isLate) yield moved(state, ["it has no note", "idle"]);
    else if (noteBeforeLeases && isKept(state, point))
      yield moved(state, ["someone reads it", "idle"]);
    else yield moved(state, ["nobody reads it", "unread"]);
  },
  *unread(state) {
    yield named(state, ["its manifest is removed", "gone"], "free");
  },
  *gone(state, { nameOnce }) {
    const { point } = state.burial;
    const hasEnded = (state.writers[point - 1]?.lease ?? "none") === "none";
    if (!nameOnce || hasEnded) yield moved(state, ["its writer has ended", "unleased"]);
    else if (state.points[point]?.name === "manifest")
      yield moved(state, ["it came again", "unread"]);
    else yield named(state, ["a tombstone is put", "fenced"], "tombstone");
  },
  *fenced(state) {
    const writers = withAt(state.writers, state.burial.point - 1, { lease: "none" });
    yield moved(state, ["its lease is removed", "unleased"], { writers });
  },
  *unleased(state) {
    const points = withAt(state.points, state.burial.point, { noted: false });
    yield moved(state, ["its note is removed", "idle"], { points });
  },
};

function isKept(state: VaultState, point: number): boolean {
  return point === 0 && isRead(state);
}

function moved(
  state: VaultState,
  [action, at]: readonly [string, BurialState["at"]],
  more: Partial<VaultState> = {},
): Step<VaultState> {
  const { point } = state.burial;
  const burial = { at, point: at === "idle" ? 0 : point };
  return { action: `point ${point}: ${action}`, state: { ...state, ...more, burial } };
}

function named(
  state: VaultState,
  step: readonly [string, BurialState["at"]],
  name: "free" | "tombstone",
): Step<VaultState> {
  return moved(state, step, { points: withAt(state.points, state.burial.point, { name }) });
}
