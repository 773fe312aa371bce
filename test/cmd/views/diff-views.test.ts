import assert from "node:assert/strict";
import { test } from "node:test";
import { DiffTotals, diffToJson } from "../../../cmd/views/diff-json.ts";
import { DiffText } from "../../../cmd/views/diff-text.ts";
import { PLAIN } from "../../../cmd/views/paint.ts";
import type { CellValue, DiffEvent, ShownCell } from "../../../core/diff/diff-event.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { diffOutput } from "../../../schemas/outputs/diff-output.ts";

function cell(column: string, value: CellValue | null): ShownCell {
  return { column, value, cut: null };
}

const number = (text: string): CellValue => ({ kind: "number", text });
const text = (value: string): CellValue => ({ kind: "text", text: value });
const point = {
  server: "server.main",
  database: "Shop",
  method: "snapshot",
  type: "full",
  consistency: "transactional",
  notes: [],
  createdAt: toInstant(Date.UTC(2026, 10, 23, 19, 30)),
};
const long: ShownCell = {
  column: "Picture",
  value: { kind: "binary", bytes: new Uint8Array(100) },
  cut: { bytes: 5_000_000, sha256: "ab".repeat(32) },
};
const before = [
  cell("Id", number("7")),
  cell("Name", text("Bolt")),
  cell("Price", { kind: "exact", text: "3.00" }),
];
const after = [
  cell("Id", number("7")),
  cell("Name", text("Bolt \u001b[2J")),
  cell("Price", { kind: "typed", type: "decimal(9,2)", value: { kind: "exact", text: "3.50" } }),
];
const counts = { added: 1, removed: 1, changed: 1, unchanged: 997 };

const EVENTS: readonly DiffEvent[] = [
  {
    type: "points",
    before: { ...point, id: "a".repeat(32) },
    after: { ...point, id: "b".repeat(32), createdAt: null },
  },
  {
    type: "schema",
    differences: [
      { change: "added", kind: "column", name: "Colour", table: "shop.Product", details: [] },
      {
        change: "changed",
        kind: "column",
        name: "Id",
        table: "shop.Product",
        details: ["type: int -> bigint"],
      },
      { change: "removed", kind: "view", name: "shop.Old", table: null, details: [] },
    ],
  },
  {
    type: "rows",
    table: "shop.Product",
    rows: [
      { change: "changed", key: ["Id"], before, after, columns: ["Name", "Price"] },
      {
        change: "added",
        key: ["Id"],
        before: null,
        after: [cell("Id", number("8")), cell("Name", null), long],
        columns: [],
      },
    ],
  },
  {
    type: "table",
    result: { table: "shop.Product", presence: "both", key: ["Id"], ...counts },
  },
  {
    type: "table",
    result: {
      table: "shop.Same",
      presence: "both",
      key: null,
      added: 0,
      removed: 0,
      changed: 0,
      unchanged: 5,
    },
  },
  {
    type: "table",
    result: {
      table: "shop.New",
      presence: "after",
      key: null,
      added: 3,
      removed: 0,
      changed: 0,
      unchanged: 0,
    },
  },
];

const TEXT = `From aaaaaaaaaaaa (Shop of 2026-11-23 19:30:00 UTC)
to   bbbbbbbbbbbb (Shop)

Schema
  + column Colour of shop.Product
  ~ column Id of shop.Product (type: int -> bigint)
  - view shop.Old

  ~ shop.Product  1 added, 1 removed, 1 changed, 997 unchanged
    ~ Id 7
        Name   "Bolt"  ->  "Bolt \\u001b[2J"
        Price  3.00    ->  3.50 (decimal(9,2))
    + Id 8  Name NULL  Picture 0x${"00".repeat(29)}… (4.8 MiB)
    … and 1 more; -limit says how many are shown

  + shop.New  only in the second point: 3 rows
1 table with equal rows.
Of 3 tables 2 differ: 4 added, 1 removed, 1 changed, 1,002 unchanged.
`;

test("people see which rows differ, in lines that no value can steer", () => {
  const view = new DiffText({ paint: PLAIN, width: Number.POSITIVE_INFINITY });
  const totals = new DiffTotals();
  for (const event of EVENTS) totals.add(event);
  assert.equal(EVENTS.map((event) => view.add(event)).join("") + view.end(totals), TEXT);
});

test("scripts get lines of the schema diff", () => {
  const totals = new DiffTotals();
  for (const event of EVENTS) totals.add(event);
  const summary = { type: "summary", status: "successful", ...totals.toJson() };
  const lines = [...EVENTS.flatMap(diffToJson), summary];
  for (const line of lines) diffOutput.parse(JSON.parse(JSON.stringify(line)));
  const [changed, added] = lines.filter((line) => "columns" in line);
  assert.deepEqual(changed, {
    type: "row_difference",
    table: "shop.Product",
    change: "changed",
    key: { Id: 7 },
    columns: ["Name", "Price"],
    before: { Id: 7, Name: "Bolt", Price: "3.00" },
    after: { Id: 7, Name: "Bolt \u001b[2J", Price: { type: "decimal(9,2)", value: "3.50" } },
  });
  assert.deepEqual(added && "after" in added ? added.after : undefined, {
    Id: 8,
    Name: null,
    Picture: { beginning: `0x${"00".repeat(100)}`, bytes: 5_000_000, sha256: "ab".repeat(32) },
  });
});
