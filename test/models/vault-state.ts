/**
 * The state of the model of decision 14. One chunk stands for all: every point needs it, and every pack holds it. So a
 * point is whole while some pack that an index names is in the store. Packs are bits: 1 is there at the start, a writer
 * makes 2 or 4, a collector that rewrites makes 8 or 16.
 */
export interface VaultState {
  readonly packs: number;
  /** Bits of packs that an index names. */
  readonly indexed: number;
  readonly points: readonly PointState[];
  readonly writers: readonly WriterState[];
  readonly reader: ReaderState;
  readonly collectors: readonly CollectorState[];
  readonly burial: BurialState;
  readonly clock: ClockState;
  readonly purges: number;
  readonly damages: number;
}

/** What stands under the name `points/<id>`, and whether a note says that the point is removed. Point 0 is there at the start; point n is writer n's. */
export interface PointState {
  readonly name: "free" | "manifest" | "tombstone";
  readonly noted: boolean;
}

export interface WriterState {
  readonly at:
    | "idle"
    | "leased"
    | "informed"
    | "announced"
    | "chosen"
    | "stored"
    | "indexed"
    | "committed"
    | "ended"
    | "lost"
    | "dead"
    /** Dead, and its put of the manifest is still under way. */
    | "flying";
  readonly lease: "none" | "bare" | "announced";
  /** The time that the lease says. */
  readonly leasedAt: number;
  /** Bits of collectors whose marks it has seen. */
  readonly seen: number;
  /** What those marks name. */
  readonly avoided: number;
  /** What it found in the store. */
  readonly packs: number;
  readonly pack: number;
}

export interface ReaderState {
  readonly at: "idle" | "leased" | "unremoved" | "reading" | "done";
  readonly lease: boolean;
  readonly leasedAt: number;
  /** By a clock that is always right. Not known to anyone in the model. */
  readonly trulyLeasedAt: number;
}

export interface CollectorState {
  readonly at:
    | "idle"
    /** Found marks that nobody can read. */
    | "unreadable"
    | "alone"
    | "marks-listed"
    | "points-read"
    | "stores"
    | "indexes"
    | "decided"
    | "checked"
    | "marked"
    | "waited"
    | "marks-listed-again"
    | "points-read-again"
    | "removes"
    | "late-index"
    | "done"
    | "dead";
  /** What marks named when it listed them. */
  readonly marked: number;
  /** Whether a manifest needed the chunk when it read them. */
  readonly needed: boolean;
  readonly garbage: number;
  /** The content of its mark; undefined while there is none. */
  readonly mark: number | undefined;
  /** Whether its mark can no longer be read. */
  readonly isDamaged: boolean;
  /** The time that its lease says; 0 in worlds where nothing is damaged, because nobody waits for it there. */
  readonly leasedAt: number;
}

/** Whoever takes a removed point out of the store. */
export interface BurialState {
  readonly at: "idle" | "note-listed" | "unread" | "gone" | "fenced" | "unleased";
  readonly point: number;
}

/** `truth` never goes back. The store's time is `truth - lag`; `highest` is the latest time that stands in the vault. */
export interface ClockState {
  readonly truth: number;
  readonly lag: number;
  readonly highest: number;
  readonly steps: number;
}

/** How large the world is. */
export interface Bounds {
  readonly writers: number;
  readonly collectors: number;
  readonly reader: boolean;
  readonly purges: number;
  readonly rewrites: boolean;
  readonly crashes: boolean;
  readonly ticks: number;
  readonly clockSteps: number;
  /** Marks that become unreadable. */
  readonly damages: number;
}

export function initialState(bounds: Bounds): VaultState {
  const writer: WriterState = {
    at: "idle",
    lease: "none",
    leasedAt: 0,
    seen: 0,
    avoided: 0,
    packs: 0,
    pack: 0,
  };
  const collector: CollectorState = {
    at: "idle",
    marked: 0,
    needed: false,
    garbage: 0,
    mark: undefined,
    isDamaged: false,
    leasedAt: 0,
  };
  return {
    packs: 1,
    indexed: 1,
    points: Array.from({ length: bounds.writers + 1 }, (_, id) => ({
      name: id === 0 ? "manifest" : "free",
      noted: false,
    })),
    writers: Array.from({ length: bounds.writers }, () => writer),
    reader: {
      at: bounds.reader ? "idle" : "done",
      lease: false,
      leasedAt: 0,
      trulyLeasedAt: 0,
    },
    collectors: Array.from({ length: bounds.collectors }, () => collector),
    burial: { at: "idle", point: 0 },
    clock: { truth: 0, lag: 0, highest: 0, steps: 0 },
    purges: 0,
    damages: 0,
  };
}

/** One character a number or word: states are told apart by all that they hold. */
export function keyOf(state: VaultState): string {
  const words: (string | number | boolean | undefined)[] = [state.packs, state.indexed];
  for (const part of [...state.points, ...state.writers, ...state.collectors])
    words.push(...(Object.values(part) as (string | number | boolean | undefined)[]));
  words.push(...Object.values(state.reader), ...Object.values(state.burial));
  words.push(...Object.values(state.clock), state.purges, state.damages);
  return words.map(shorten).join("");
}

const LETTERS = new Map<string, string>();

function shorten(word: string | number | boolean | undefined): string {
  if (typeof word === "number") return String.fromCharCode(word);
  const text = String(word);
  let letter = LETTERS.get(text);
  if (letter === undefined) {
    letter = String.fromCharCode(200 + LETTERS.size);
    LETTERS.set(text, letter);
  }
  return letter;
}

/** The list with another element at `index`. */
export function withAt<T>(list: readonly T[], index: number, changes: Partial<T>): readonly T[] {
  return list.map((element, at) => (at === index ? { ...element, ...changes } : element));
}
