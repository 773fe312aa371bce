import assert from "node:assert/strict";
import fc from "fast-check";
import type { SqlValue } from "../../../providers/sandbox/values/sql-type.ts";
import { type CapturingEngine, createCapturingEngine, track } from "./capture-client.ts";

interface Step {
  readonly kind: "insert" | "update" | "delete" | "move";
  readonly id: number;
  readonly value: number;
}
interface Transaction {
  readonly steps: readonly Step[];
  /** Steps after this one are taken back by a savepoint; as many as there are: none. */
  readonly kept: number;
  readonly commits: boolean;
}

const STEP = fc.record<Step>({
  kind: fc.constantFrom("insert", "update", "delete", "move"),
  id: fc.integer({ min: 1, max: 4 }),
  value: fc.integer({ min: 0, max: 2 }),
});
const TRANSACTION = fc.record<Transaction>({
  steps: fc.array(STEP, { minLength: 1, maxLength: 5 }),
  kept: fc.nat(6),
  commits: fc.constant(true),
});
const HISTORY = fc.array(
  fc.oneof(
    TRANSACTION,
    TRANSACTION.map((item) => ({ ...item, commits: false })),
  ),
  { minLength: 1, maxLength: 8 },
);

type Change = readonly [operation: number, id: number, value: number];
type Rows = ReadonlyMap<number, number>;

/** What a step does to the rows, and the changes that it leaves. */
function apply(rows: Rows, { kind, id, value }: Step): { rows: Rows; changes: Change[] } {
  const next = new Map(rows);
  const old = rows.get(id);
  const same = { rows, changes: [] };
  if (kind === "insert") {
    if (old !== undefined) return same;
    return { rows: next.set(id, value), changes: [[2, id, value]] };
  }
  if (old === undefined) return same;
  if (kind === "delete") {
    next.delete(id);
    return { rows: next, changes: [[1, id, old]] };
  }
  if (kind === "update") {
    if (old === value) return same;
    return {
      rows: next.set(id, value),
      changes: [
        [3, id, old],
        [4, id, value],
      ],
    };
  }
  const to = id + 10;
  if (rows.has(to)) return same;
  next.delete(id);
  return {
    rows: next.set(to, old),
    changes: [
      [1, id, old],
      [2, to, old],
    ],
  };
}

function sqlOf({ kind, id, value }: Step): string {
  switch (kind) {
    case "insert":
      return `if not exists (select * from t where id = ${id}) insert t values (${id}, ${value})`;
    case "update":
      return `update t set v = ${value} where id = ${id}`;
    case "delete":
      return `delete t where id = ${id}`;
    case "move":
      return `if not exists (select * from t where id = ${id + 10}) update t set id = ${id + 10} where id = ${id}`;
    default:
      return kind satisfies never;
  }
}

async function replay({ client }: CapturingEngine, history: readonly Transaction[]) {
  let rows: Rows = new Map();
  const commits: Change[][] = [];
  for (const { steps, kept, commits: isKept } of history) {
    let inner = rows;
    const changes: Change[] = [];
    for (const step of steps.slice(0, kept)) {
      const result = apply(inner, step);
      inner = result.rows;
      changes.push(...result.changes);
    }
    const text = (from: number, to?: number): string => steps.slice(from, to).map(sqlOf).join("; ");
    await client.script(
      `begin tran; ${text(0, kept)}; save tran s; ${text(kept)}; rollback tran s; ${isKept ? "commit" : "rollback"}`,
    );
    if (!isKept) continue;
    rows = inner;
    if (changes.length > 0) commits.push(changes);
  }
  return { rows, commits };
}

/** Net changes by the rule of the first and the last change of a key. */
function netOf(changes: readonly Change[]): string[] {
  const keys = new Map<number, { first: number; last: Change }>();
  for (const change of changes) {
    const [operation, id] = change;
    if (operation === 3) continue;
    keys.set(id, { first: keys.get(id)?.first ?? operation, last: change });
  }
  return [...keys.values()]
    .flatMap(({ first, last: [operation, id, value] }) => {
      if (operation === 1) return first === 2 ? [] : [JSON.stringify([1, id, value])];
      return [JSON.stringify([first === 2 ? 2 : 4, id, value])];
    })
    .sort();
}

/** Change tables hold what a model of the transactions says, commit by commit, and so do the functions. */
export const HISTORIES_ARE_CAPTURED = fc.asyncProperty(HISTORY, async (history) => {
  const capturing = await createCapturingEngine();
  const { client } = capturing;
  await client.script("create table t (id int primary key, v int)");
  await track(client, "t");
  const { rows, commits } = await replay(capturing, history);
  const changes = commits.flat();
  const order = "order by __$start_lsn, __$command_id, __$seqval, __$operation";
  const seen = await client.rows(`select __$start_lsn, __$operation, id, v from cdc.t_CT ${order}`);
  assert.deepEqual(
    seen.map(([, ...change]) => change),
    changes,
  );
  const groups = Map.groupBy(seen, ([lsn]) => Buffer.from(lsn as Uint8Array).toString("hex"));
  assert.deepEqual(
    [...groups.values()].map(({ length }) => length),
    commits.map(({ length }) => length),
  );
  const ask = (name: string, option: string): Promise<readonly (readonly SqlValue[])[]> =>
    client.rows(
      `declare @from binary(10) = sys.fn_cdc_get_min_lsn('t'), @to binary(10) = sys.fn_cdc_get_max_lsn(); select __$operation, id, v from cdc.fn_cdc_get_${name}_changes_t(@from, @to, '${option}')`,
    );
  assert.deepEqual(
    await ask("all", "all"),
    changes.filter(([operation]) => operation !== 3),
  );
  const net = await ask("net", "all");
  assert.deepEqual(net.map((row) => JSON.stringify(row)).sort(), netOf(changes));
  const left = await client.rows("select id, v from t order by id");
  assert.deepEqual(
    left,
    [...rows].sort(([one], [other]) => one - other),
  );
});
