import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cutRowGroups } from "../../../core/backup/row-groups.ts";
import { showRow } from "../../../core/diff/show-row.ts";
import { TableComparison, type TableSide } from "../../../core/diff/table-difference.ts";
import { createVault, type Vault } from "../../../core/vault/vault.ts";
import { finishHash, hashBytes } from "../../../providers/sqlserver/lane/key-hash.ts";
import { openRowFormat } from "../../../providers/sqlserver/rows/row-format.ts";
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import { encodedTable } from "../../support/encoded-table.ts";
import { addRows, tableSchema } from "../../support/stored-rows.ts";
import { memoryStore, seededBytes, TEST_KEY, vaultOptions } from "../../support/vault.ts";

interface Row {
  readonly id: number;
  readonly name: string | null;
  /** Seed and length of a value. */
  readonly long: number;
}

const LATIN = "Latin1_General_CI_AS";
const COLUMNS = [
  { name: "Id", type: { name: "int" }, nullable: false },
  { name: "Name", type: { name: "nvarchar", length: 20, collation: LATIN }, nullable: true },
  { name: "Long", type: { name: "varbinary", length: -1 }, nullable: true },
] as const;

const random = seededBytes("long values");
const noise = random(3_000_000);

/** Some rows are longer than a chunk may be. */
function longValue(seed: number): Uint8Array | null {
  if (seed === 0) return null;
  const length = seed % 17 === 0 ? 1_100_000 + seed * 1000 : seed * 400;
  return noise.subarray(seed, seed + length);
}

async function sideOf(
  vault: Vault,
  rows: readonly Row[],
  keys: readonly string[],
): Promise<TableSide> {
  const { metadata, rows: encoded } = encodedTable(
    COLUMNS,
    rows.map(({ id, name, long }) => [id, name, longValue(long)]),
  );
  const slices = encoded.map((bytes, at) => {
    const key = Buffer.from(String(rows[at]?.id));
    const hash = finishHash(hashBytes(1, key, { start: 0, end: key.length }));
    return { bytes, rowEnds: [bytes.length], keyHashes: [hash] };
  });
  const point = await addRows(vault, cutRowGroups(inTurn(slices)));
  const reader = await vault.openPoint(point.id);
  const [object] = reader.point.objects;
  assert.ok(object);
  const schema: SchemaTable = tableSchema(
    "T",
    COLUMNS.map(({ name }) => name),
    keys,
  );
  return { reader, object, format: openRowFormat(metadata), schema, vault: vault.id };
}

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** `+3`, `~3 Name`, as it is found. */
async function textsOf(
  comparison: TableComparison,
  sides: { before: TableSide; after: TableSide },
) {
  const formats = { before: sides.before.format, after: sides.after.format };
  const texts: string[] = [];
  for await (const differences of comparison.differences()) {
    for (const difference of differences) {
      const { change, before, after, columns } = showRow(difference, formats, []);
      const [id] = after ?? before ?? [];
      assert.ok(id?.value?.kind === "number");
      texts.push([change, id.value.text, ...columns].join(" "));
    }
  }
  return texts;
}

function expected(before: readonly Row[], after: readonly Row[]): string[] {
  const olds = new Map(before.map((row) => [row.id, row]));
  const news = new Map(after.map((row) => [row.id, row]));
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((id) => {
    const [old, now] = [olds.get(id), news.get(id)];
    if (old === undefined) return [`added ${id}`];
    if (now === undefined) return [`removed ${id}`];
    const names = [old.name === now.name ? "" : "Name", old.long === now.long ? "" : "Long"];
    const changed = names.filter((name) => name !== "");
    return changed.length === 0 ? [] : [["changed", id, ...changed].join(" ")];
  });
}

const row = fc.record({
  id: fc.integer({ min: -500, max: 500 }),
  name: fc.option(fc.constantFrom("a", "b", "ж"), { nil: null }),
  long: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 60 }) },
    fc.constantFrom(17, 34),
  ),
});
const tables = fc
  .record({
    rows: fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 150 }),
    edits: fc.array(row, { maxLength: 6 }),
    removed: fc.array(fc.nat(149), { maxLength: 4 }),
  })
  .map(({ rows, edits, removed }) => {
    const edited = new Map(rows.map((each) => [each.id, each]));
    for (const at of removed) edited.delete(rows[at % rows.length]?.id ?? 0);
    for (const edit of edits) edited.set(edit.id, edit);
    const sorted = (all: readonly Row[]) => all.toSorted((one, other) => one.id - other.id);
    return { before: sorted(rows), after: sorted([...edited.values()]) };
  });

test("a comparison finds what was added, removed and changed, as a model does", async () => {
  await fc.assert(
    fc.asyncProperty(tables, fc.boolean(), async ({ before, after }, isOneVault) => {
      const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
      const other = isOneVault
        ? vault
        : await createVault(memoryStore(), TEST_KEY, vaultOptions("other"));
      const sides = {
        before: await sideOf(vault, before, ["Id"]),
        after: await sideOf(other, after, ["Id"]),
      };
      const comparison = new TableComparison(sides);
      assert.deepEqual(comparison.matching.isOrdered, true);
      const found = await textsOf(comparison, sides);
      assert.deepEqual(found.toSorted(), expected(before, after).toSorted());
    }),
    { numRuns: 12 },
  );
});

test("rows of a table without a key that cancel out are not told", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const rows = Array.from({ length: 120 }, (_, at): Row => ({ id: at % 5, name: "a", long: 30 }));
  const moved = [...rows.slice(40), { id: 9, name: null, long: 0 }, ...rows.slice(1, 40)];
  const sides = { before: await sideOf(vault, rows, []), after: await sideOf(vault, moved, []) };
  const comparison = new TableComparison(sides);
  assert.equal(comparison.matching.isKeyed, false);
  assert.deepEqual((await textsOf(comparison, sides)).toSorted(), ["added 9", "removed 0"]);
});

test("what is equal is not read", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const rows = Array.from({ length: 600 }, (_, id): Row => ({ id, name: "a", long: id % 60 }));
  const changed = rows.map((each) => (each.id === 300 ? { ...each, name: "b" } : each));
  const sides = {
    before: await sideOf(vault, rows, ["Id"]),
    after: await sideOf(vault, changed, ["Id"]),
  };
  let bytes = 0;
  const counted = (side: TableSide): TableSide => ({
    ...side,
    reader: Object.assign(Object.create(side.reader) as typeof side.reader, {
      contentOf: (path: string) => side.reader.contentOf(path),
      chunksOf: (path: string) => side.reader.chunksOf(path),
      readChunks: async function* (...args: Parameters<typeof side.reader.readChunks>) {
        for await (const chunk of side.reader.readChunks(...args)) {
          bytes += chunk.length;
          yield chunk;
        }
      },
    }),
  });
  const watched = { before: counted(sides.before), after: counted(sides.after) };
  assert.deepEqual(await textsOf(new TableComparison(watched), sides), ["changed 300 Name"]);
  assert.ok(bytes > 0 && bytes < 700_000, String(bytes));
  const same = new TableComparison({ before: sides.before, after: sides.before });
  assert.equal(same.isEqual, true);
});
