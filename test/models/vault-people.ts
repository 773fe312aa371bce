import type { Step } from "./explore.ts";
import type { Guards } from "./vault-guards.ts";
import {
  type Bounds,
  type ClockState,
  type ReaderState,
  type VaultState,
  type WriterState,
  withAt,
} from "./vault-state.ts";

export const ALL_PACKS = 31;
/** How many ticks a lease lives. */
const LEASE_LIFE = 2;

type Steps = Generator<Step<VaultState>>;

export function storeTime({ truth, lag }: ClockState): number {
  return Math.max(0, truth - lag);
}

/** The time that a lease says which is put now. */
function leaseTime(clock: ClockState, guards: Guards): number {
  return guards.clock ? Math.max(storeTime(clock), clock.highest) : storeTime(clock);
}

export function hasRunOut(leasedAt: number, clock: ClockState): boolean {
  return storeTime(clock) - leasedAt >= LEASE_LIFE;
}

/** Whether a reader of point 0 counts on it, as a collector sees it. */
export function isRead({ reader, clock }: VaultState): boolean {
  return reader.lease && !hasRunOut(reader.leasedAt, clock);
}

/** Whether a reader must be able to read, by the clock that is always right. */
export function mustBeReadable({ reader, clock }: VaultState): boolean {
  return reader.at === "reading" && clock.truth - reader.trulyLeasedAt < LEASE_LIFE;
}

/** What the marks name that can be read. */
export function marksOf(state: VaultState): number {
  const sound = state.collectors.filter(({ isDamaged }) => !isDamaged);
  return sound.reduce((all, { mark }) => all | (mark ?? 0), 0);
}

/** Bits of collectors whose marks cannot be read. */
export function unreadableOf(state: VaultState): number {
  return state.collectors.reduce((all, { isDamaged }, at) => all | (isDamaged ? 1 << at : 0), 0);
}

export interface WriterRules {
  readonly guards: Guards;
  readonly crashes: boolean;
}

interface Turn {
  readonly state: VaultState;
  readonly writer: WriterState;
  readonly which: number;
  readonly guards: Guards;
}

/** What a writer may do next. A writer that does nothing for long is one that was suspended. */
export function* writerSteps(state: VaultState, which: number, rules: WriterRules): Steps {
  const writer = state.writers[which];
  if (writer === undefined) return;
  const { guards, crashes } = rules;
  const turn = { state, writer, which, guards };
  const order = ordered(guards);
  const next = order[order.indexOf(writer.at) + 1];
  const move = next === undefined ? undefined : WRITER_MOVES[next];
  if (writer.at === "flying") yield commit(state, which, "dead");
  else if (move !== undefined) yield move(turn);
  if (!crashes || ["idle", "ended", "lost", "dead", "flying"].includes(writer.at)) return;
  const isFlying = writer.at === "indexed" || writer.at === "committed";
  yield moved(turn, ["dies", { at: isFlying ? "flying" : "dead", packs: 0 }]);
}

/** How a writer comes to where it is then. */
const WRITER_MOVES: Partial<Record<WriterState["at"], (turn: Turn) => Step<VaultState>>> = {
  leased(turn) {
    const { state, guards } = turn;
    const leasedAt = leaseTime(state.clock, guards);
    const early = guards.marksBeforePacks ? {} : { packs: state.packs };
    return moved(turn, ["puts its lease", { at: "leased", lease: "bare", leasedAt, ...early }]);
  },
  informed(turn) {
    const seen = turn.state.collectors.reduce(
      (all, { mark }, at) => (mark === undefined ? all : all | (1 << at)),
      0,
    );
    const isAll = turn.guards.unreadableIsAll && unreadableOf(turn.state) !== 0;
    const avoided = isAll ? ALL_PACKS : marksOf(turn.state);
    return moved(turn, ["lists marks", { at: "informed", seen, avoided }]);
  },
  announced: (turn) =>
    moved(turn, ["says which marks it saw", { at: "announced", lease: "announced" }]),
  chosen(turn) {
    const { state, writer, which, guards } = turn;
    const found = (guards.marksBeforePacks ? state.packs : writer.packs) & ~writer.avoided;
    const pack = found === 0 ? 0 : pick(found, which);
    return moved(turn, ["lists packs", { at: "chosen", pack, packs: 0 }]);
  },
  stored(turn) {
    const { state, writer, which } = turn;
    const pack = writer.pack === 0 ? 2 << which : writer.pack;
    const packs = writer.pack === 0 ? state.packs | pack : state.packs;
    return moved(turn, ["stores what is new", { at: "stored", pack }], { packs });
  },
  indexed(turn) {
    const indexed = turn.state.indexed | turn.writer.pack;
    return moved(turn, ["puts its index", { at: "indexed" }], { indexed });
  },
  committed: ({ state, which }) => commit(state, which, "committed"),
  ended: (turn) => moved(turn, ["ends its lease", { at: "ended", lease: "none" }]),
};

function moved(
  { state, which }: Turn,
  [action, changes]: readonly [string, Partial<WriterState>],
  more: Partial<VaultState> = {},
): Step<VaultState> {
  const writers = withAt(state.writers, which, changes);
  return { action: `writer ${which + 1} ${action}`, state: { ...state, ...more, writers } };
}

function ordered({ leaseBeforeMarks }: Guards): readonly WriterState["at"][] {
  const first: readonly WriterState["at"][] = leaseBeforeMarks
    ? ["leased", "informed"]
    : ["informed", "leased"];
  return ["idle", ...first, "announced", "chosen", "stored", "indexed", "committed", "ended"];
}

function commit(state: VaultState, which: number, after: "committed" | "dead"): Step<VaultState> {
  const isFree = state.points[which + 1]?.name === "free";
  const at = after === "committed" && !isFree ? "lost" : after;
  const points = isFree ? withAt(state.points, which + 1, { name: "manifest" }) : state.points;
  const action = `the manifest of writer ${which + 1} ${isFree ? "is stored" : "is refused"}`;
  return { action, state: { ...state, points, writers: withAt(state.writers, which, { at }) } };
}

/** Two who choose choose differently. */
export function pick(packs: number, which: number): number {
  return which % 2 === 0 ? packs & -packs : 1 << (31 - Math.clz32(packs));
}

/** What the reader of point 0 may do next. */
export function* readerSteps(state: VaultState, guards: Guards): Steps {
  const { reader, clock, points } = state;
  const move = (action: string, changes: Partial<ReaderState>) => ({
    action: `the reader ${action}`,
    state: { ...state, reader: { ...reader, ...changes } },
  });
  switch (reader.at) {
    case "idle": {
      const leasedAt = leaseTime(clock, guards);
      const lease = guards.readerLease;
      yield move("puts its lease", { at: "leased", lease, leasedAt, trulyLeasedAt: clock.truth });
      break;
    }
    case "leased":
      if (points[0]?.noted === true) yield move("is refused", { at: "done", lease: false });
      else yield move("finds no note of removal", { at: "unremoved" });
      break;
    case "unremoved":
      if (points[0]?.name === "manifest") yield move("reads the manifest", { at: "reading" });
      else yield move("finds no point", { at: "done", lease: false });
      break;
    case "reading":
      yield move("ends", { at: "done", lease: false });
      break;
    case "done":
      break;
    default:
      reader.at satisfies never;
  }
}

function* damageSteps(state: VaultState): Steps {
  for (const [at, { mark, isDamaged }] of state.collectors.entries()) {
    if (mark === undefined || isDamaged) continue;
    const collectors = withAt(state.collectors, at, { isDamaged: true });
    const damages = state.damages + 1;
    yield {
      action: `the mark of collector ${at + 1} is damaged`,
      state: { ...state, collectors, damages },
    };
  }
}

/**
 * Time goes on, or steps back and is set right again. And someone removes a point. (No time passes while the clock is
 * wrong: what would pass then could not be told from a step forward, which costs a reader its lease and nothing else.)
 */
export function* worldSteps(state: VaultState, bounds: Bounds): Steps {
  const { clock, points } = state;
  const move = (action: string, changes: Partial<ClockState>) => {
    const moved = { ...clock, ...changes };
    const highest = Math.max(moved.highest, storeTime(moved));
    return { action, state: { ...state, clock: { ...moved, highest } } };
  };
  const isRight = clock.lag === 0;
  if (isRight && clock.truth < bounds.ticks) yield move("time goes on", { truth: clock.truth + 1 });
  if (clock.steps < bounds.clockSteps) {
    const steps = clock.steps + 1;
    if (isRight) yield move("the store's clock steps back", { lag: LEASE_LIFE, steps });
    else yield move("the store's clock is set right", { lag: 0, steps });
  }
  if (state.damages < bounds.damages) yield* damageSteps(state);
  if (state.purges >= bounds.purges) return;
  for (const [id, point] of points.entries()) {
    if (point.name !== "manifest" || point.noted) continue;
    const noted = withAt(points, id, { noted: true });
    const purges = state.purges + 1;
    yield { action: `point ${id} is removed`, state: { ...state, points: noted, purges } };
  }
}
