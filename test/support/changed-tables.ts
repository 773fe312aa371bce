import assert from "node:assert/strict";
import fc from "fast-check";
import { cutRowGroups } from "../../core/backup/row-groups.ts";
import type { StoredChanges, TableState } from "../../core/diff/changed-table.ts";
import { compareStates } from "../../core/diff/compare-states.ts";
import { showRow } from "../../core/diff/show-row.ts";
import { countRows } from "../../core/diff/state-rows.ts";
import { createVault, type Vault } from "../../core/vault/vault.ts";
import { finishHash, hashBytes } from "../../providers/sqlserver/lane/key-hash.ts";
import { openRowFormat } from "../../providers/sqlserver/rows/row-format.ts";
import { CHANGE_HEAD } from "./change-head.ts";
import { encodedTable } from "./encoded-table.ts";
import { addRows, tableSchema } from "./stored-rows.ts";
import { memoryStore, TEST_KEY, vaultOptions } from "./vault.ts";

const LATIN = "Latin1_General_CI_AS";
const COLUMNS = [
  { name: "Id", type: { name: "int" }, nullable: false },
  { name: "Name", type: { name: "nvarchar", length: 20, collation: LATIN }, nullable: true },
  { name: "Body", type: { name: "varbinary", length: -1 }, nullable: true },
] as const;

interface Row {
  readonly name: string | null;
  /** Seed and length of a value; 0 is NULL. */
  readonly body: number;
}
type Rows = ReadonlyMap<number, Row>;

/** One row of the change table, but for its commit. */
interface Told {
  readonly operation: number;
  readonly id: number;
  readonly row: Row;
  /** Which columns the update touched. */
  readonly mask: number;
}

interface Commit {
  readonly told: readonly Told[];
  /** After it. */
  readonly rows: Rows;
}

const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31) & 0xff));
const bodyOf = (seed: number) => (seed === 0 ? null : noise.subarray(seed, seed + seed * 9));

type Statement =
  | { readonly kind: "put" | "remove" | "again"; readonly id: number; readonly row: Row }
  | { readonly kind: "name" | "body"; readonly id: number; readonly row: Row }
  | { readonly kind: "shift"; readonly id: number };

/** What a statement does to the rows, and what is told of it. */
function run(rows: Map<number, Row>, statement: Statement): readonly Told[] {
  const { kind, id } = statement;
  const old = rows.get(id);
  const ALL = 0b111;
  if (kind === "shift") return shift(rows, id);
  const { row } = statement;
  if (old === undefined) {
    if (kind !== "put" && kind !== "again") return [];
    rows.set(id, row);
    return [{ operation: 2, id, row, mask: ALL }];
  }
  const removed = { operation: 1, id, row: old, mask: ALL };
  rows.delete(id);
  if (kind === "remove") return [removed];
  const now = {
    name: kind === "body" ? old.name : row.name,
    body: kind === "name" ? old.body : row.body,
  };
  rows.set(id, now);
  if (kind === "again") return [removed, { operation: 2, id, row: now, mask: ALL }];
  const mask = kind === "name" ? 0b010 : kind === "body" ? 0b100 : 0b110;
  return [
    { operation: 3, id, row: old, mask },
    { operation: 4, id, row: now, mask },
  ];
}

/** SET id = id + 1 of some rows, told row by row: rows come to keys that others have not left yet. */
function shift(rows: Map<number, Row>, from: number): readonly Told[] {
  const ids = [...rows.keys()].filter((id) => id >= from && id < from + 4).sort((a, b) => a - b);
  const free = (ids.at(-1) ?? 0) + 1;
  if (ids.length === 0 || rows.has(free)) return [];
  const moved = ids.map((id) => [id, rows.get(id)] as const);
  for (const [id] of moved) rows.delete(id);
  return moved.flatMap(([id, row]) => {
    if (row === undefined) return [];
    rows.set(id + 1, row);
    return [
      { operation: 1, id, row, mask: 0b111 },
      { operation: 2, id: id + 1, row, mask: 0b111 },
    ];
  });
}

function play(first: Rows, commits: readonly (readonly Statement[])[]): readonly Commit[] {
  const rows = new Map(first);
  return commits.map((statements) => {
    const told = statements.flatMap((statement) => run(rows, statement));
    return { told, rows: new Map(rows) };
  });
}

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

function slicesOf(rows: readonly (readonly [number, Row])[]) {
  const sorted = rows.toSorted(([one], [other]) => one - other);
  const cells = sorted.map(([id, { name, body }]) => [id, name, bodyOf(body)]);
  const { metadata, rows: encoded } = encodedTable(COLUMNS, cells);
  const slices = encoded.map((bytes, at) => {
    const key = Buffer.from(String(sorted[at]?.[0]));
    const hash = finishHash(hashBytes(1, key, { start: 0, end: key.length }));
    return { bytes, rowEnds: [bytes.length], keyHashes: [hash] };
  });
  return { metadata, slices };
}

interface Where {
  readonly vault: Vault;
  readonly keys: readonly string[];
}

async function stateOf({ vault, keys }: Where, rows: readonly (readonly [number, Row])[]) {
  const { metadata, slices } = slicesOf(rows);
  const point = await addRows(vault, cutRowGroups(inTurn(slices), SIZES));
  const reader = await vault.openPoint(point.id);
  const [object] = reader.point.objects;
  assert.ok(object);
  const table = tableSchema("T", ["Id", "Name", "Body"], keys);
  const columns = table.columns.map((each) => ({ ...each, isNullable: each.name !== "Id" }));
  const format = openRowFormat(metadata);
  const schema = { ...table, columns };
  return { reader, object, format, schema, vault: vault.id };
}

/** Small groups, so that there are some to look for rows in. */
const SIZES = { minimum: 200, average: 400, maximum: 2000, piece: 1024 * 1024 };

const lsnOf = (value: number) => Buffer.from(value.toString(16).padStart(20, "0"), "hex");

async function changesOf(
  vault: Vault,
  commits: readonly Commit[],
  from: number,
): Promise<StoredChanges> {
  const cells = commits.flatMap(({ told }, at) =>
    told.map(({ operation, id, row, mask }, place) => {
      const isLeftOut = (operation === 3 || operation === 4) && (mask & 0b100) === 0;
      const body = isLeftOut ? null : bodyOf(row.body);
      const pair = operation === 4 ? place - 1 : place;
      const head = [lsnOf(from + at + 1), lsnOf(pair + 1), 1, operation, Uint8Array.of(mask)];
      return [...head, id, row.name, body];
    }),
  );
  const { metadata, bytes } = encodedTable([...CHANGE_HEAD, ...COLUMNS], cells);
  const point = await addRows(vault, inTurn(bytes.length === 0 ? [] : [bytes]));
  const reader = await vault.openPoint(point.id);
  const [object] = reader.point.objects;
  assert.ok(object);
  return { reader, object, format: openRowFormat(metadata) };
}

/** `+3 a 5`, `~3 a 5 -> b 5 Name`, sorted. */
async function differencesOf(
  before: TableState,
  after: TableState,
  shown?: number,
): Promise<readonly string[]> {
  const comparison = compareStates({ before, after });
  const formats = { before: before.rows.format, after: after.rows.format };
  const texts: string[] = [];
  let left = shown ?? Number.POSITIVE_INFINITY;
  for await (const found of comparison.differences({ shown: left })) {
    for (const difference of found) {
      left -= 1;
      texts.push(left < 0 ? difference.change : textOf(showRow(difference, formats, [])));
    }
  }
  return texts.sort();
}

function textOf(row: ReturnType<typeof showRow>): string {
  const cells = [row.before, row.after].map((side) =>
    side?.map(({ value }) => {
      if (value === null) return "NULL";
      return value.kind === "binary"
        ? `${value.bytes.length}/${value.bytes[0]}`
        : Object(value).text;
    }),
  );
  return JSON.stringify([row.change, ...cells, row.columns]);
}

function modelOf(
  before: readonly (readonly [number, Row])[],
  after: readonly (readonly [number, Row])[],
): readonly string[] {
  const [olds, news] = [new Map(before), new Map(after)];
  const cellsOf = (id: number, { name, body }: Row) => {
    const bytes = bodyOf(body);
    return [String(id), name ?? "NULL", bytes === null ? "NULL" : `${bytes.length}/${bytes[0]}`];
  };
  const texts = [...new Set([...olds.keys(), ...news.keys()])].flatMap((id) => {
    const [old, now] = [olds.get(id), news.get(id)];
    const cells = [old && cellsOf(id, old), now && cellsOf(id, now)];
    if (old === undefined) return [JSON.stringify(["added", ...cells, []])];
    if (now === undefined) return [JSON.stringify(["removed", ...cells, []])];
    const names = [old.name === now.name ? "" : "Name", old.body === now.body ? "" : "Body"];
    const columns = names.filter((name) => name !== "");
    return columns.length === 0 ? [] : [JSON.stringify(["changed", ...cells, columns])];
  });
  return texts.sort();
}

const row = fc.record({
  name: fc.constantFrom("a", "b", null),
  body: fc.constantFrom(0, 1, 2, 40),
});
const id = fc.integer({ min: 1, max: 30 });
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("put", "remove", "again", "name", "body", "name", "body"),
    id,
    row,
  }) as fc.Arbitrary<Statement>,
  fc.record({ kind: fc.constant("shift" as const), id }),
);
const histories = fc.record({
  first: fc.uniqueArray(fc.tuple(id, row), { selector: ([each]) => each, maxLength: 25 }),
  commits: fc.array(fc.array(statement, { minLength: 1, maxLength: 4 }), {
    minLength: 4,
    maxLength: 10,
  }),
  /** Before which commit each key is read. */
  scan: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }),
});

/** What a full has that reads one key after the other while others write. */
function readWhile(first: Rows, commits: readonly Commit[], scan: readonly number[]) {
  const times = scan.toSorted((one, other) => one - other);
  return Array.from({ length: 40 }, (_, key) => key).flatMap((key) => {
    const time = times[key] ?? 0;
    const found = (time === 0 ? first : commits[time - 1]?.rows)?.get(key);
    return found === undefined ? [] : [[key, found] as const];
  });
}

/** Any two points of random changes differ as a model's table did, whatever a full saw that was read meanwhile. */
export async function checkChangedTables(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(histories, async ({ first, commits: statements, scan }) => {
      const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
      const where = { vault, keys: ["Id"] };
      const commits = play(new Map(first), statements);
      const seen = readWhile(new Map(first), commits, scan);
      const rows = await stateOf(where, seen);
      const middle = 3 + ((commits.length - 3) >> 1);
      const parts = [
        await changesOf(vault, commits.slice(0, middle), 0),
        await changesOf(vault, commits.slice(middle), middle),
      ];
      const rowsAt = (count: number) => [...(commits[count - 1]?.rows ?? new Map(first))];
      const states = [
        { state: { rows, changes: [], isExact: false }, model: seen },
        { state: { rows, changes: parts.slice(0, 1), isExact: true }, model: rowsAt(middle) },
        { state: { rows, changes: parts, isExact: true }, model: rowsAt(commits.length) },
        {
          state: { rows: await stateOf(where, rowsAt(1)), changes: [], isExact: true },
          model: rowsAt(1),
        },
        {
          state: {
            rows: await stateOf(where, rowsAt(2)),
            changes: [await changesOf(vault, commits.slice(2), 2)],
            isExact: true,
          },
          model: rowsAt(commits.length),
        },
      ];
      for (const before of states) {
        for (const after of states) {
          const wanted = modelOf(before.model, after.model);
          assert.deepEqual(await differencesOf(before.state, after.state), wanted);
          const counted = await differencesOf(before.state, after.state, 0);
          assert.deepEqual(counted, wanted.map((text) => String(JSON.parse(text)[0])).sort());
        }
      }
      assert.equal(
        await countRows(states[2]?.state ?? assert.fail(), {}),
        rowsAt(commits.length).length,
      );
      const heap = {
        rows: await stateOf({ vault, keys: [] }, rowsAt(2)),
        changes: [],
        isExact: true,
      };
      const whole = modelOf(rowsAt(2), rowsAt(commits.length)).flatMap((text) => {
        const [change, old, now] = JSON.parse(text) as [string, unknown, unknown];
        if (change !== "changed") return [text];
        return [
          JSON.stringify(["removed", old, null, []]),
          JSON.stringify(["added", null, now, []]),
        ];
      });
      const found = await differencesOf(heap, states[2]?.state ?? assert.fail());
      assert.deepEqual(found, whole.sort());
    }),
    { numRuns },
  );
}
