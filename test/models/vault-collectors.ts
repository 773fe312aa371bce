import type { Step } from "./explore.ts";
import type { Guards } from "./vault-guards.ts";
import {
  ALL_PACKS,
  hasRunOut,
  isRead,
  marksOf,
  pick,
  storeTime,
  unreadableOf,
} from "./vault-people.ts";
import { type Bounds, type CollectorState, type VaultState, withAt } from "./vault-state.ts";

type Steps = Generator<Step<VaultState>>;

export interface CollectorRules extends Pick<Bounds, "rewrites" | "crashes" | "damages"> {
  readonly guards: Guards;
}

/** What a collector may do next. */
export function* collectorSteps(state: VaultState, which: number, rules: CollectorRules): Steps {
  const collector = state.collectors[which];
  if (collector === undefined) return;
  const { clock } = state;
  if (rules.guards.clock && storeTime(clock) < clock.highest) return;
  const turn = { state, collector, which, rules };
  const isAtWork = !["idle", "done", "dead"].includes(collector.at);
  if (
    isAtWork &&
    rules.damages > 0 &&
    rules.guards.collectorLease &&
    hasRunOut(collector.leasedAt, clock)
  ) {
    yield moved(turn, ["finds that its lease has run out", { at: "dead" }]);
    return;
  }
  yield* MOVES[collector.at]?.(turn) ?? [];
  if (!rules.crashes || !isAtWork) return;
  yield moved(turn, ["dies", { at: "dead" }]);
}

interface Turn {
  readonly state: VaultState;
  readonly collector: CollectorState;
  readonly which: number;
  readonly rules: CollectorRules;
}

function moved(
  { state, which }: Turn,
  [action, changes]: readonly [string, Partial<CollectorState>],
  more: Partial<VaultState> = {},
): Step<VaultState> {
  const collectors = withAt(state.collectors, which, changes);
  return { action: `collector ${which + 1} ${action}`, state: { ...state, ...more, collectors } };
}

type Move = (turn: Turn) => Steps;

/** What may come next, by where the collector is. */
const MOVES: Partial<Record<CollectorState["at"], Move>> = {
  *idle(turn) {
    const { state, rules } = turn;
    const leasedAt = rules.damages > 0 ? storeTime(state.clock) : 0;
    const garbage = unreadableOf(state);
    if (garbage === 0)
      yield moved(turn, ["lists marks", { at: "marks-listed", marked: marksOf(state), leasedAt }]);
    else yield moved(turn, ["finds unreadable marks", { at: "unreadable", garbage, leasedAt }]);
  },
  *unreadable(turn) {
    const { state, rules } = turn;
    const rest = rules.guards.unreadableIsNoHome
      ? ({ at: "done" } as const)
      : ({ at: "marks-listed", marked: marksOf(state) } as const);
    if (isAlone(turn)) yield moved(turn, ["finds no other collector", { at: "alone" }]);
    else yield moved(turn, ["lets them be", { garbage: 0, ...rest }]);
  },
  *alone(turn) {
    const { state, collector, which } = turn;
    const others = state.collectors.map((other, at) =>
      (collector.garbage & (1 << at)) === 0
        ? other
        : { ...other, mark: undefined, isDamaged: false },
    );
    const collectors = withAt(others, which, { at: "idle", garbage: 0 });
    yield { action: `collector ${which + 1} takes them away`, state: { ...state, collectors } };
  },
  *"marks-listed"(turn) {
    const needed = isNeeded(turn.state);
    yield moved(turn, ["reads manifests", { at: "points-read", needed }]);
  },
  "points-read": decisions,
  *stores(turn) {
    const { state, which, rules } = turn;
    const at = rules.guards.indexBeforeMark ? "indexes" : "decided";
    yield moved(turn, ["stores a new pack", { at }], { packs: state.packs | (8 << which) });
  },
  *indexes(turn) {
    yield indexed(turn, "decided");
  },
  *decided(turn) {
    if (turn.rules.guards.markBeforeLeases) yield marked(turn);
    else if (canGoOn(turn)) yield moved(turn, ["finds no writer to wait for", { at: "checked" }]);
    else yield* fences(turn);
  },
  *checked(turn) {
    yield marked(turn);
  },
  *marked(turn) {
    const { guards } = turn.rules;
    if (guards.markBeforeLeases && !canGoOn(turn)) yield* fences(turn);
    else {
      const at = guards.readAgain ? "waited" : "removes";
      yield moved(turn, ["finds no writer to wait for", { at }]);
    }
  },
  *waited(turn) {
    const { state, collector, rules } = turn;
    if (collector.isDamaged) {
      yield moved(turn, ["cannot read its own mark", { at: "done", garbage: 0 }]);
      return;
    }
    const isAll = rules.guards.unreadableIsNoHome && unreadableOf(state) !== 0;
    const found = isAll ? ALL_PACKS : marksOf(state);
    const marks = rules.guards.markedIsNoHome ? found : (collector.mark ?? 0);
    yield moved(turn, ["lists marks again", { at: "marks-listed-again", marked: marks }]);
  },
  *"marks-listed-again"(turn) {
    const needed = isNeeded(turn.state);
    yield moved(turn, ["reads manifests again", { at: "points-read-again", needed }]);
  },
  *"points-read-again"(turn) {
    const { state, collector, which, rules } = turn;
    const known = rules.guards.indexBeforeMark ? state.indexed : state.indexed | (8 << which);
    const homes = state.packs & known & ~collector.marked;
    const garbage = collector.needed && homes === 0 ? 0 : collector.garbage;
    const clean = { marked: 0, needed: false };
    yield moved(turn, ["lists packs again", { ...clean, at: "removes", garbage }]);
  },
  removes: removals,
  *"late-index"(turn) {
    yield indexed(turn, "done");
  },
};

function marked(turn: Turn): Step<VaultState> {
  return moved(turn, ["puts its mark", { at: "marked", mark: turn.collector.garbage }]);
}

function indexed(turn: Turn, at: CollectorState["at"]): Step<VaultState> {
  const named = turn.state.indexed | (8 << turn.which);
  return moved(turn, ["indexes the new pack", { at }], { indexed: named });
}

/** Lists packs, and decides what is garbage, or which pack to write anew. */
function* decisions(turn: Turn): Steps {
  const { state, collector, which, rules } = turn;
  const clean = { needed: false, marked: 0 };
  const packs = state.packs & ~collector.marked;
  const homes = packs & state.indexed;
  if (!collector.needed) {
    const at = packs === 0 ? "done" : "decided";
    yield moved(turn, ["lists packs; nothing is needed", { ...clean, at, garbage: packs }]);
    return;
  }
  const home = homes === 0 ? 0 : pick(homes, which);
  const garbage = home === 0 ? 0 : packs & ~home;
  const at = garbage === 0 ? "done" : "decided";
  yield moved(turn, ["lists packs", { ...clean, at, garbage }]);
  if (!rules.rewrites || home === 0) return;
  yield moved(turn, ["lists packs, and rewrites one", { ...clean, at: "stores", garbage: packs }]);
}

function* removals(turn: Turn): Steps {
  const { state, collector, rules, which } = turn;
  const left = collector.garbage & state.packs;
  const isEarly = !rules.guards.markLast && collector.mark !== undefined;
  if (left === 0 || isEarly) {
    const isLate = !rules.guards.indexBeforeMark && (state.packs & (8 << which)) !== 0;
    const after = isLate ? "late-index" : "done";
    const at = isEarly && left !== 0 ? "removes" : after;
    const garbage = at === "removes" ? left : 0;
    yield moved(turn, ["removes its mark", { at, mark: undefined, isDamaged: false, garbage }]);
    return;
  }
  const pack = left & -left;
  yield moved(turn, [`removes pack ${pack}`, {}], { packs: state.packs & ~pack });
}

/** Whether some point that can be seen, or is being read, needs the chunk. */
export function isNeeded(state: VaultState): boolean {
  const isSeen = state.points.some(({ name, noted }) => name === "manifest" && !noted);
  return isSeen || (isRead(state) && state.points[0]?.name === "manifest");
}

/** Whether no other collector holds a lease. */
function isAlone({ state, which, rules }: Turn): boolean {
  if (!rules.guards.alone) return true;
  return state.collectors.every(
    ({ at, leasedAt }, other) =>
      other === which || at === "idle" || at === "done" || hasRunOut(leasedAt, state.clock),
  );
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
