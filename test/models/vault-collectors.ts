import type { Step } from "./explore.ts";
import type { Guards } from "./vault-guards.ts";
import { hasRunOut, isRead, marksOf, pick, storeTime } from "./vault-people.ts";
import { type Bounds, type CollectorState, type VaultState, withAt } from "./vault-state.ts";

type Steps = Generator<Step<VaultState>>;

export interface CollectorRules extends Pick<Bounds, "rewrites" | "crashes"> {
  readonly guards: Guards;
}

/** What a collector may do next. */
export function* collectorSteps(state: VaultState, which: number, rules: CollectorRules): Steps {
  const collector = state.collectors[which];
  if (collector === undefined) return;
  const { clock } = state;
  if (rules.guards.clock && storeTime(clock) < clock.highest) return;
  const turn = { state, collector, which, rules };
  yield* markingSteps(turn);
  yield* removingSteps(turn);
  if (!rules.crashes || ["idle", "done", "dead"].includes(collector.at)) return;
  yield moved(turn, "dies", { at: "dead" });
}

interface Turn {
  readonly state: VaultState;
  readonly collector: CollectorState;
  readonly which: number;
  readonly rules: CollectorRules;
}

function moved(
  { state, which }: Turn,
  action: string,
  changes: Partial<CollectorState>,
  more: Partial<VaultState> = {},
): Step<VaultState> {
  const collectors = withAt(state.collectors, which, changes);
  return { action: `collector ${which + 1} ${action}`, state: { ...state, ...more, collectors } };
}

function* markingSteps(turn: Turn): Steps {
  const { state, collector, which, rules } = turn;
  const { guards } = rules;
  switch (collector.at) {
    case "idle":
      yield moved(turn, "lists marks", { at: "marks-listed", marked: marksOf(state) });
      break;
    case "marks-listed": {
      const homes = state.packs & state.indexed & ~collector.marked;
      const packs = state.packs & ~collector.marked;
      yield moved(turn, "lists packs", { at: "packs-listed", homes, packs, marked: 0 });
      break;
    }
    case "packs-listed":
      yield* decisions(turn);
      break;
    case "stores": {
      const at = guards.indexBeforeMark ? "indexes" : "decided";
      yield moved(turn, "stores a new pack", { at }, { packs: state.packs | (8 << which) });
      break;
    }
    case "indexes":
      yield moved(
        turn,
        "indexes the new pack",
        { at: "decided" },
        { indexed: state.indexed | (8 << which) },
      );
      break;
    case "decided":
    case "checked":
      if (guards.markBeforeLeases || collector.at === "checked")
        yield moved(turn, "puts its mark", { at: "marked", mark: collector.garbage });
      else if (canGoOn(turn)) yield moved(turn, "finds no writer to wait for", { at: "checked" });
      else yield* fences(turn);
      break;
    default:
      break;
  }
}

/** Reads manifests, and decides what is garbage, or which pack to write anew. */
function* decisions(turn: Turn): Steps {
  const { collector, which, rules } = turn;
  const clean = { packs: 0, homes: 0, marked: 0 };
  if (!isNeeded(turn.state)) {
    const at = collector.packs === 0 ? "done" : "decided";
    yield moved(turn, "finds nothing needed", { ...clean, at, garbage: collector.packs });
    return;
  }
  const home = collector.homes === 0 ? 0 : pick(collector.homes, which);
  const garbage = home === 0 ? 0 : collector.packs & ~home;
  const at = garbage === 0 ? "done" : "decided";
  yield moved(turn, "finds what is needed", { ...clean, at, garbage });
  if (!rules.rewrites || home === 0) return;
  yield moved(turn, "finds a pack to rewrite", {
    ...clean,
    at: "stores",
    garbage: collector.packs,
  });
}

function* removingSteps(turn: Turn): Steps {
  const { state, collector, which, rules } = turn;
  const { guards } = rules;
  switch (collector.at) {
    case "marked":
      if (!guards.markBeforeLeases || canGoOn(turn)) {
        const at = guards.readAgain ? "waited" : "removes";
        yield moved(turn, "finds no writer to wait for", { at });
      } else yield* fences(turn);
      break;
    case "waited": {
      const marked = guards.markedIsNoHome ? marksOf(state) : (collector.mark ?? 0);
      yield moved(turn, "lists marks again", { at: "marks-listed-again", marked });
      break;
    }
    case "marks-listed-again": {
      const known = guards.indexBeforeMark ? state.indexed : state.indexed | (8 << which);
      const homes = state.packs & known & ~collector.marked;
      yield moved(turn, "lists packs again", { at: "packs-listed-again", homes, marked: 0 });
      break;
    }
    case "packs-listed-again": {
      const isKept = isNeeded(state) && collector.homes === 0;
      const garbage = isKept ? 0 : collector.garbage;
      yield moved(turn, "reads manifests again", { at: "removes", garbage, homes: 0 });
      break;
    }
    case "removes":
      yield* removals(turn);
      break;
    case "late-index":
      yield moved(
        turn,
        "indexes the new pack",
        { at: "done" },
        { indexed: state.indexed | (8 << which) },
      );
      break;
    default:
      break;
  }
}

function* removals(turn: Turn): Steps {
  const { state, collector, rules, which } = turn;
  const left = collector.garbage & state.packs;
  const isEarly = !rules.guards.markLast && collector.mark !== undefined;
  if (left === 0 || isEarly) {
    const isLate = !rules.guards.indexBeforeMark && (state.packs & (8 << which)) !== 0;
    const after = isLate ? "late-index" : "done";
    const at = isEarly && left !== 0 ? "removes" : after;
    yield moved(turn, "removes its mark", {
      at,
      mark: undefined,
      garbage: at === "removes" ? left : 0,
    });
    return;
  }
  const pack = left & -left;
  yield moved(turn, `removes pack ${pack}`, {}, { packs: state.packs & ~pack });
}

/** Whether some point that can be seen, or is being read, needs the chunk. */
export function isNeeded(state: VaultState): boolean {
  const isSeen = state.points.some(({ name, noted }) => name === "manifest" && !noted);
  return isSeen || (isRead(state) && state.points[0]?.name === "manifest");
}

/** Whether every writer that may not know of the mark has ended. */
function canGoOn({ state, which, rules }: Turn): boolean {
  if (!rules.guards.wait) return true;
  return state.writers.every(({ lease, seen, leasedAt }, at) => {
    if (lease === "none" || state.points[at + 1]?.name !== "free") return true;
    if (!rules.guards.fence && hasRunOut(leasedAt, state.clock)) return true;
    return lease === "announced" && (seen & (1 << which)) !== 0;
  });
}

function* fences(turn: Turn): Steps {
  const { state, which } = turn;
  for (const [at, { lease, leasedAt }] of state.writers.entries()) {
    const isFree = state.points[at + 1]?.name === "free";
    if (lease === "none" || !isFree || !hasRunOut(leasedAt, state.clock)) continue;
    const points = withAt(state.points, at + 1, { name: "tombstone" });
    yield {
      action: `collector ${which + 1} fences writer ${at + 1}`,
      state: { ...state, points },
    };
  }
}

/** Takes removed points out of the store: the manifest, the name where its writer did not end, the lease, the note. */
export function* burialSteps(state: VaultState, guards: Guards): Steps {
  const { burial, points } = state;
  const { point } = burial;
  if (guards.clock && storeTime(state.clock) < state.clock.highest) return;
  const writer = state.writers[point - 1];
  const move = (action: string, at: typeof burial.at, more: Partial<VaultState> = {}) => ({
    action: `point ${point}: ${action}`,
    state: { ...state, ...more, burial: { at, point: at === "idle" ? 0 : point } },
  });
  switch (burial.at) {
    case "idle":
      for (const [id, { noted }] of points.entries()) {
        if (!noted || (id === 0 && isRead(state))) continue;
        const begun = { at: "unread", point: id } as const;
        yield { action: `point ${id}: nobody reads it`, state: { ...state, burial: begun } };
      }
      break;
    case "unread":
      yield move("its manifest is removed", "gone", {
        points: withAt(points, point, { name: "free" }),
      });
      break;
    case "gone":
      if (!guards.nameOnce || writer === undefined || writer.lease === "none")
        yield move("its writer has ended", "unleased");
      else if (points[point]?.name === "manifest") yield move("it came again", "unread");
      else
        yield move("a tombstone is put", "fenced", {
          points: withAt(points, point, { name: "tombstone" }),
        });
      break;
    case "fenced":
      yield move("its lease is removed", "unleased", {
        writers: withAt(state.writers, point - 1, { lease: "none" }),
      });
      break;
    default:
      yield move("its note is removed", "idle", {
        points: withAt(points, point, { noted: false }),
      });
  }
}
