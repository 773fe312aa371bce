import fc from "fast-check";
import type { ChangeRow } from "./change-rows.ts";
import type { ReplayCase } from "./replay-model.ts";

type Cells = ReplayCase["image"][number];

/** How a server could tell of a statement that changes keys. */
type Telling = "deletions_first" | "row_by_row" | "images" | "images_backwards";

interface Statement {
  readonly kind: "insert" | "delete" | "shift" | "touch";
  readonly from: number;
  readonly to: number;
  readonly by: number;
  readonly telling: Telling;
}

const KEYS = 6;

const statements: fc.Arbitrary<Statement> = fc.record({
  kind: fc.constantFrom("insert", "delete", "shift", "shift", "shift", "touch"),
  from: fc.nat(KEYS),
  to: fc.nat(KEYS),
  by: fc.constantFrom(-2, -1, 1, 2),
  telling: fc.constantFrom("deletions_first", "row_by_row", "images", "images_backwards"),
});

/** Rows of a unique key `K` and, where they are told apart, a value `V` that goes with a row to its next key. */
class MovingRows {
  readonly changes: ChangeRow[] = [];
  readonly states: (readonly Cells[])[] = [[]];
  readonly rows = new Map<number, string>();
  readonly #isAlike: boolean;
  #commit = 1;
  #command = 0;
  #values = 0;

  constructor(isAlike: boolean) {
    this.#isAlike = isAlike;
  }

  /** Four rows, whose changes are no part of the case. */
  fill(): number {
    this.commit([0, 1, 2, 3].map((from) => statement("insert", from, "images")));
    return this.changes.length;
  }

  commit(given: readonly Statement[]): void {
    this.#command = 0;
    for (const statement of given) this.#run(statement);
    this.states.push([...this.rows].map(([key, value]) => cellsOf(key, value)));
    this.#commit += 1;
  }

  #run({ kind, from, to, by, telling }: Statement): void {
    const within = [...this.rows].filter(
      ([key]) => key >= Math.min(from, to) && key <= Math.max(from, to),
    );
    if (kind === "insert" && !this.rows.has(from)) {
      this.#values += 1;
      const value = this.#isAlike ? "0" : String(this.#values);
      this.rows.set(from, value);
      this.#tell(2, from, value);
    }
    for (const [key, value] of within) {
      if (kind === "delete") this.#remove(key, value);
      if (kind === "touch") {
        this.#tell(3, key, value);
        this.#tell(4, key, value);
      }
    }
    if (kind === "shift") this.#shift(within, by, telling);
  }

  #remove(key: number, value: string): void {
    this.rows.delete(key);
    this.#tell(1, key, value);
  }

  /** UPDATE t SET K = K + by WHERE K BETWEEN …, where no key would be there twice. */
  #shift(moved: readonly (readonly [number, string])[], by: number, telling: Telling): void {
    const leaving = new Set(moved.map(([key]) => key));
    const isTaken = moved.some(([key]) => this.rows.has(key + by) && !leaving.has(key + by));
    if (isTaken) return;
    for (const key of leaving) this.rows.delete(key);
    for (const [key, value] of moved) this.rows.set(key + by, value);
    this.#tellShift(moved, by, telling);
  }

  #tellShift(moved: readonly (readonly [number, string])[], by: number, telling: Telling): void {
    const order = telling === "images_backwards" ? moved.toReversed() : moved;
    if (telling === "deletions_first") {
      for (const [key, value] of order) this.#tell(1, key, value);
      for (const [key, value] of order) this.#tell(2, key + by, value);
      return;
    }
    for (const [key, value] of order) {
      this.#tell(telling === "row_by_row" ? 1 : 3, key, value);
      if (telling === "row_by_row") this.#tell(2, key + by, value);
      else this.#tell(4, key + by, value);
    }
  }

  /** Both images of an update have one command. */
  #tell(operation: ChangeRow["operation"], key: number, value: string): void {
    if (operation !== 4) this.#command += 1;
    const at = this.#command;
    const cells = cellsOf(key, value);
    this.changes.push({
      commit: this.#commit,
      command: at,
      sequence: at,
      operation,
      touched: ["K"],
      cells,
    });
  }
}

function cellsOf(key: number, value: string): Cells {
  return { K: String(key), V: value };
}

/**
 * Random statements that move rows from key to key, in transactions, told in every order. Where rows are alike, the image is
 * the state at one commit; else each key is in it as it was at some commit of the scan, or not at all where it changed meanwhile.
 */
export const movingRows: fc.Arbitrary<ReplayCase> = fc
  .record({
    isAlike: fc.boolean(),
    commits: fc.array(fc.array(statements, { minLength: 1, maxLength: 5 }), {
      minLength: 2,
      maxLength: 8,
    }),
    scanned: fc.nat(7),
    times: fc.array(fc.nat(99), { minLength: 1, maxLength: 9 }),
  })
  .map(({ isAlike, commits, scanned, times }) => {
    const history = new MovingRows(isAlike);
    const before = history.fill();
    for (const given of commits) history.commit(given);
    const { states } = history;
    const changes = history.changes.slice(before);
    const end = 1 + (scanned % commits.length);
    const seenAt = (at: number) => 1 + ((times[at % times.length] ?? 0) % end);
    const image = isAlike ? (states[seenAt(0)] ?? []) : fuzzy(states, { changes, end, seenAt });
    return { columns: COLUMNS, key: ["K"], image, changes, states, scanned: end };
  });

function statement(kind: Statement["kind"], from: number, telling: Telling): Statement {
  return { kind, from, to: kind === "insert" ? from : KEYS, by: 1, telling };
}

/** Of four rows, K = K + 1 in one statement; then a row that comes and goes in one transaction. */
export function shiftedRows(telling: Telling, isAlike: boolean): ReplayCase {
  const history = new MovingRows(isAlike);
  const before = history.fill();
  history.commit([statement("shift", 0, telling)]);
  history.commit([statement("insert", 6, telling), statement("delete", 6, telling)]);
  const { states } = history;
  const image = states[1] ?? [];
  return {
    columns: COLUMNS,
    key: ["K"],
    image,
    changes: history.changes.slice(before),
    states,
    scanned: 1,
  };
}

const COLUMNS = [
  { name: "K", type: "int" },
  { name: "V", type: "int" },
];

function fuzzy(
  states: ReplayCase["states"],
  {
    changes,
    end,
    seenAt,
  }: {
    readonly changes: readonly ChangeRow[];
    readonly end: number;
    readonly seenAt: (at: number) => number;
  },
): readonly Cells[] {
  const keys = [...new Set(states.flat().map(({ K }) => K))];
  return keys.flatMap((key, at) => {
    const isChanged = changes.some(({ commit, cells }) => commit <= end && cells["K"] === key);
    const row = states[seenAt(at)]?.find(({ K }) => K === key);
    return row === undefined || (isChanged && seenAt(at + 1) % 2 === 0) ? [] : [row];
  });
}
