import fc from "fast-check";
import type { ChangeColumn, ChangeRow } from "./change-rows.ts";

type Cells = Readonly<Record<string, string>>;

/** A random table with a random history, and what a scan that ran during it may have read. */
export interface ReplayCase {
  readonly columns: readonly ChangeColumn[];
  readonly key: readonly string[];
  readonly image: readonly Cells[];
  readonly changes: readonly ChangeRow[];
  /** Rows after each commit; the first: before all. */
  readonly states: readonly (readonly Cells[])[];
  /** The commit during which the scan ended: from it on, the image with its changes is the state. */
  readonly scanned: number;
}

interface Shape {
  readonly columns: readonly ChangeColumn[];
  readonly key: readonly string[];
  readonly late: readonly string[];
}

type Deed =
  | { readonly kind: "insert" | "delete"; readonly seed: number }
  | { readonly kind: "update"; readonly seed: number; readonly touched: number }
  | { readonly kind: "rekey"; readonly seed: number; readonly to: number };

const TEXT = "varchar(10) COLLATE Latin1_General_CI_AS";

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    isText: fc.boolean(),
    isComposite: fc.boolean(),
    plain: fc.integer({ min: 1, max: 9 }),
    late: fc.integer({ min: 0, max: 2 }),
    keyLast: fc.boolean(),
  })
  .map(({ isText, isComposite, plain, late, keyLast }) => {
    const keys = [
      { name: "K0", type: isText ? TEXT : "int" },
      ...(isComposite ? [{ name: "K1", type: "int" }] : []),
    ];
    const lates = Array.from({ length: late }, (_, at) => ({
      name: `L${at}`,
      type: at === 0 ? "nvarchar(max)" : "varbinary(max)",
    }));
    const plains = Array.from({ length: plain }, (_, at) => ({ name: `P${at}`, type: "int" }));
    return {
      columns: keyLast ? [...lates, ...plains, ...keys] : [...keys, ...plains, ...lates],
      key: keys.map(({ name }) => name),
      late: lates.map(({ name }) => name),
    };
  });

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom("insert", "delete"), seed: fc.nat(999) }),
  fc.record({ kind: fc.constant("update" as const), seed: fc.nat(999), touched: fc.nat(4095) }),
  fc.record({ kind: fc.constant("rekey" as const), seed: fc.nat(999), to: fc.nat(999) }),
);

/** Few keys, so that they meet; texts in both cases are one key. */
function keyCells({ columns, key }: Shape, seed: number): Cells {
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
  const [first = "", second] = key;
  const letter = String.fromCharCode(97 + (seed % 5));
  const text = Math.floor(seed / 5) % 2 === 0 ? letter : letter.toUpperCase();
  const value = typeOf.get(first) === "int" ? String(seed % 5) : `'${text}'`;
  return {
    [first]: value,
    ...(second === undefined ? {} : { [second]: String(Math.floor(seed / 10) % 2) }),
  };
}

class History {
  readonly shape: Shape;
  readonly rows = new Map<string, Cells>();
  readonly changes: ChangeRow[] = [];
  readonly states: (readonly Cells[])[] = [[]];
  #written = 0;
  #commit = 1;
  #sequence = 0;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  identify(cells: Cells): string {
    return this.shape.key.map((name) => (cells[name] ?? "").toLowerCase()).join("/");
  }

  commit(deeds: readonly Deed[]): void {
    for (const deed of deeds) this.#do(deed);
    this.states.push([...this.rows.values()]);
    this.#commit += 1;
  }

  #do(deed: Deed): void {
    const key = keyCells(this.shape, deed.seed);
    const before = this.rows.get(this.identify(key));
    this.#sequence += 1;
    if (deed.kind === "insert" && before === undefined) this.#insert({ ...this.#fresh(), ...key });
    if (before === undefined) return;
    if (deed.kind === "delete") this.#delete(before);
    if (deed.kind === "update") this.#update(before, deed.touched);
    if (deed.kind === "rekey") this.#rekey(before, keyCells(this.shape, deed.to));
  }

  #fresh(): Record<string, string> {
    const { columns, key, late } = this.shape;
    this.#written += 1;
    const value = (name: string): string => {
      if (this.#written % 4 === 0) return "NULL";
      if (!late.includes(name)) return String(this.#written);
      return name === "L0"
        ? `N'text ${this.#written}'`
        : `0x${String(this.#written).padStart(6, "0")}`;
    };
    const plain = columns.map(({ name }) => name).filter((name) => !key.includes(name));
    return Object.fromEntries(plain.map((name) => [name, value(name)]));
  }

  #tell(operation: ChangeRow["operation"], cells: Cells, touched: readonly string[]): void {
    const [commit, sequence] = [this.#commit, this.#sequence];
    this.changes.push({ commit, command: 1, sequence, operation, touched, cells });
  }

  #insert(row: Cells): void {
    this.rows.set(this.identify(row), row);
    this.#tell(
      2,
      row,
      this.shape.columns.map(({ name }) => name),
    );
  }

  #delete(row: Cells): void {
    this.rows.delete(this.identify(row));
    this.#tell(
      1,
      row,
      this.shape.columns.map(({ name }) => name),
    );
  }

  #update(before: Cells, mask: number): void {
    const { columns, key, late } = this.shape;
    const free = columns.map(({ name }) => name).filter((name) => !key.includes(name));
    const touched = free.filter((_, at) => (mask & (1 << at)) !== 0);
    const fresh = this.#fresh();
    const after = {
      ...before,
      ...Object.fromEntries(touched.map((name) => [name, fresh[name] ?? "NULL"])),
    };
    const without = (row: Cells): Cells =>
      Object.fromEntries(
        Object.entries(row).filter(([name]) => !late.includes(name) || touched.includes(name)),
      );
    this.rows.set(this.identify(after), after);
    this.#tell(3, without(before), touched);
    this.#tell(4, without(after), touched);
  }

  #rekey(before: Cells, key: Cells): void {
    const after = { ...before, ...key };
    const isTaken = this.rows.has(this.identify(after));
    if (isTaken && this.identify(after) !== this.identify(before)) return;
    this.#delete(before);
    this.#insert(after);
  }
}

/** What a scan may have read: each key as it was at some commit of its time, whatever the others were then. */
function imageOf(history: History, scanned: number, times: readonly number[]): readonly Cells[] {
  const keys = [...new Set(history.states.flat().map((row) => history.identify(row)))].sort();
  return keys.flatMap((key, at) => {
    const time = (times[at % times.length] ?? 0) % (scanned + 1);
    const row = history.states[time]?.find((cells) => history.identify(cells) === key);
    return row === undefined ? [] : [row];
  });
}

export const replayCases: fc.Arbitrary<ReplayCase> = fc
  .record({
    shape: shapes,
    commits: fc.array(fc.array(deeds, { minLength: 1, maxLength: 6 }), {
      minLength: 2,
      maxLength: 12,
    }),
    scanned: fc.nat(11),
    times: fc.array(fc.nat(99), { minLength: 1, maxLength: 10 }),
  })
  .map(({ shape, commits, scanned, times }) => {
    const history = new History(shape);
    for (const deeds of commits) history.commit(deeds);
    const end = scanned % (commits.length + 1);
    return {
      columns: shape.columns,
      key: shape.key,
      image: imageOf(history, end, times),
      changes: history.changes,
      states: history.states,
      scanned: end,
    };
  });
