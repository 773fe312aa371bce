import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DiffRow } from "../../../core/diff/diff-row.ts";
import { alignRows, joinInPasses, type RowSource } from "../../../core/diff/join-rows.ts";

interface Row extends DiffRow {
  readonly value: number;
}

function rowOf(key: number, value: number): Row {
  const row: Row = {
    key: String(key),
    weight: 10,
    value,
    bytes: undefined,
    contents: () => [],
    detached: () => row,
  };
  return row;
}

/** Gives rows in batches of that size, as often as it is asked. */
function sourceOf(rows: readonly DiffRow[], size: number): RowSource {
  return {
    bytes: rows.length * 10,
    async *rows() {
      for (let at = 0; at < rows.length; at += size) {
        yield await Promise.resolve(rows.slice(at, at + size));
      }
    },
  };
}

type Pairs = AsyncIterable<
  readonly { readonly before?: DiffRow | undefined; readonly after?: DiffRow | undefined }[]
>;

async function textsOf(pairs: Pairs): Promise<string[]> {
  const all = (await Array.fromAsync(pairs)).flat();
  const text = (row: DiffRow | undefined) =>
    row === undefined ? "" : `${row.key}=${(row as Row).value}`;
  return all.map(({ before, after }) => `${text(before)}>${text(after)}`);
}

const table = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1 })), {
    selector: ([key]) => key,
    maxLength: 50,
  })
  .map((rows) => rows.map(([key, value]) => rowOf(key, value)));
const size = fc.integer({ min: 1, max: 7 });
const limit = fc.constantFrom(20, 60, 1_000_000);

function expected(before: readonly Row[], after: readonly Row[]): string[] {
  const olds = new Map(before.map((row) => [row.key, row]));
  const news = new Map(after.map((row) => [row.key, row]));
  return [...new Set([...olds.keys(), ...news.keys()])].map((key) => {
    const text = (row: Row | undefined) => (row === undefined ? "" : `${key}=${row.value}`);
    return `${text(olds.get(key))}>${text(news.get(key))}`;
  });
}

test("rows in one order find their partners, whatever the batches and the memory", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(table, table),
      fc.tuple(size, size),
      limit,
      async ([one, other], [left, right], most) => {
        // An order that nobody tells the aligner: by the reversed digits.
        const place = ({ key }: DiffRow) => key.split("").toReversed().join("").padEnd(2, "a");
        const order = (a: DiffRow, b: DiffRow) => (place(a) < place(b) ? -1 : 1);
        const [before, after] = [one.toSorted(order), other.toSorted(order)];
        const sources = { before: sourceOf(before, left), after: sourceOf(after, right) };
        const pairs = await textsOf(alignRows(sources, most));
        assert.deepEqual(pairs.toSorted(), expected(before, after).toSorted());
      },
    ),
  );
});

test("rows in any order find their partners in passes, equal rows one for one", async () => {
  const bag = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(bag, bag), size, limit, async ([one, other], batch, most) => {
      const sources = {
        before: sourceOf(
          one.map((key) => rowOf(key, 0)),
          batch,
        ),
        after: sourceOf(
          other.map((key) => rowOf(key, 0)),
          batch,
        ),
      };
      const pairs = (await textsOf(joinInPasses(sources, most))).toSorted();
      const texts = Array.from({ length: 10 }, (_, key) => {
        const [olds, news] = [one, other].map((keys) => keys.filter((each) => each === key).length);
        const both = Math.min(olds ?? 0, news ?? 0);
        return [
          ...Array<string>(both).fill(`${key}=0>${key}=0`),
          ...Array<string>((olds ?? 0) - both).fill(`${key}=0>`),
          ...Array<string>((news ?? 0) - both).fill(`>${key}=0`),
        ];
      });
      assert.deepEqual(pairs, texts.flat().toSorted());
    }),
  );
});

test("many equal rows take as long as as many others", async () => {
  const count = 150_000;
  const row = rowOf(1, 0);
  const source = sourceOf(Array<Row>(count).fill(row), 1000);
  const begin = process.cpuUsage();
  let both = 0;
  for await (const pairs of joinInPasses({ before: source, after: source })) {
    both += pairs.filter((pair) => pair.before !== undefined && pair.after !== undefined).length;
  }
  const { user, system } = process.cpuUsage(begin);
  assert.equal(both, count);
  assert.ok((user + system) / 1e6 < 2, `${(user + system) / 1e6} s`);
});
