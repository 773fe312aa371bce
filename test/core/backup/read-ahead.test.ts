import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ReadAhead, ROOM } from "../../../core/backup/read-ahead.ts";
import type {
  CapturedTable,
  RowSlice,
  TableRows,
} from "../../../core/resource/database-capture.ts";

interface Plan {
  /** Of each slice. */
  readonly slices: readonly number[];
  readonly estimate: number;
  readonly isHistory: boolean;
  /** How many readings of it fail after their first slice. */
  readonly failures: number;
}

/** Tables whose bytes are their numbers, and what was under way while they were read. */
class PlannedTables {
  readonly tables: readonly CapturedTable[];
  readonly atOnce: number;
  readonly #plans: readonly Plan[];
  readonly #failed = new Map<CapturedTable, number>();
  readonly #whole = new Set<CapturedTable>();
  active = 0;
  most = 0;
  begun = 0;
  historiesLate = 0;
  /** How many statements the server takes at a time, and no more connections. */
  sessions = Number.POSITIVE_INFINITY;

  constructor(plans: readonly Plan[], atOnce: number) {
    this.#plans = plans.toSorted((a, b) => Number(b.isHistory) - Number(a.isHistory));
    this.atOnce = atOnce;
    this.tables = this.#plans.map(({ estimate, isHistory }, at) => ({
      schema: "dbo",
      name: `T${at}`,
      estimatedRows: 0,
      estimatedBytes: estimate,
      isHistory,
    }));
  }

  rows(table: CapturedTable, { signal }: { signal?: AbortSignal | undefined } = {}) {
    const late = this.tables.some((other) => other.isHistory === true && !this.#whole.has(other));
    if (table.isHistory !== true && late) this.historiesLate += 1;
    this.begun += 1;
    if (this.active >= this.sessions) return Promise.reject(new Error("no session left"));
    this.active += 1;
    this.most = Math.max(this.most, this.active);
    return Promise.resolve<TableRows>({
      metadata: Uint8Array.of(this.tables.indexOf(table)),
      slices: this.#slices(table, signal),
    });
  }

  /** The bytes are used again, as a connection does. */
  async *#slices(table: CapturedTable, signal: AbortSignal | undefined): AsyncGenerator<RowSlice> {
    const at = this.tables.indexOf(table);
    const sizes = this.#plans[at]?.slices ?? [];
    try {
      for (const [number, size] of sizes.entries()) {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        const bytes = Buffer.alloc(size, at + number);
        yield { bytes, rowEnds: [size], keyHashes: [at] };
        bytes.fill(255);
        this.#failMaybe(table, this.#plans[at]?.failures ?? 0);
      }
      this.#whole.add(table);
    } finally {
      this.active -= 1;
    }
  }

  #failMaybe(table: CapturedTable, failures: number): void {
    const failed = this.#failed.get(table) ?? 0;
    if (failed >= failures) return;
    this.#failed.set(table, failed + 1);
    throw new Error(`lost ${table.name}`);
  }
}

/** Everything in order, each table again until it comes whole. */
async function readAll(source: PlannedTables): Promise<readonly string[]> {
  await using ahead = new ReadAhead(source, {});
  const all: string[] = [];
  for (const table of source.tables) {
    for (;;) {
      try {
        all.push(await readOne(ahead, table));
        break;
      } catch (error) {
        assert.match(String(error), /lost/);
      }
    }
  }
  return all;
}

async function readOne(ahead: ReadAhead, table: CapturedTable): Promise<string> {
  const { metadata, slices } = await ahead.open(table);
  const parts = [`${table.name} ${metadata[0]}`];
  for await (const { bytes, rowEnds } of slices) {
    parts.push(`${bytes.length}x${bytes[0]}:${rowEnds.join()}`);
  }
  return parts.join(" ");
}

const size = fc.oneof(fc.integer({ min: 1, max: 50_000 }), fc.constant(ROOM / 4));
const plan = fc.record({
  slices: fc.array(size, { maxLength: 6 }),
  estimate: fc.oneof(fc.integer({ min: 0, max: ROOM }), fc.constant(ROOM + 1)),
  isHistory: fc.boolean(),
  failures: fc.constantFrom(0, 0, 0, 1, 2),
});

test("tables that are read before their turn come as without that, and nothing is left under way", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { maxLength: 12 }),
      fc.integer({ min: 2, max: 4 }),
      async (plans, atOnce) => {
        const source = new PlannedTables(plans, atOnce);
        assert.deepEqual(await readAll(source), await readAll(new PlannedTables(plans, 1)));
        assert.equal(source.active, 0);
        assert.ok(source.most <= atOnce, `${source.most} at a time`);
        assert.equal(source.historiesLate, 0, "no table is begun before all histories are whole");
      },
    ),
    { numRuns: 25 },
  );
});

const SMALL: Plan = { slices: [100, 100], estimate: 200, isHistory: false, failures: 0 };

test("while one small table waits to be stored the next ones are read, no further than they fit", async () => {
  const half = ROOM / 2 - 100;
  const large = { ...SMALL, slices: [half], estimate: half };
  const source = new PlannedTables([SMALL, large, large, SMALL, SMALL], 2);
  await using ahead = new ReadAhead(source, {});
  const [first] = source.tables;
  assert.ok(first !== undefined);
  const { slices } = await ahead.open(first);
  for await (const _slice of slices) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(source.begun, 3, "the fourth does not fit beside the two large ones");
});

test("what is left early ends all that was read ahead", async () => {
  const source = new PlannedTables([{ ...SMALL, slices: Array<number>(50).fill(10) }, SMALL], 2);
  const stopped = new AbortController();
  await assert.rejects(async () => {
    await using ahead = new ReadAhead(source, { signal: stopped.signal });
    const [first] = source.tables;
    assert.ok(first !== undefined);
    const { slices } = await ahead.open(first);
    for await (const _slice of slices) stopped.abort(new Error("cancelled"));
  }, /cancelled/);
  assert.equal(source.active, 0);
});

test("of one connection nothing is read ahead, so that no failure of its transaction is forgotten", async () => {
  const source = new PlannedTables([SMALL, { ...SMALL, failures: 1 }], 1);
  await using ahead = new ReadAhead(source, {});
  const [first, second] = source.tables;
  assert.ok(first !== undefined && second !== undefined);
  await readOne(ahead, first);
  await assert.rejects(readOne(ahead, second), /lost/);
});

test("every table is read once, the first one too", async () => {
  const source = new PlannedTables([SMALL, SMALL, SMALL], 2);
  await readAll(source);
  assert.equal(source.begun, 3);
});

test("a server that gives no second session is read by one", async () => {
  const large = { ...SMALL, estimate: ROOM + 1 };
  const plans = [large, SMALL, large, SMALL, SMALL, large];
  const source = new PlannedTables(plans, 2);
  source.sessions = 1;
  assert.deepEqual(await readAll(source), await readAll(new PlannedTables(plans, 1)));
});
