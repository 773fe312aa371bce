import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameInstance } from "../../../../providers/sqlserver/cdc/instance-name.ts";
import { anyText } from "../../../support/any-text.ts";

test("a plain table has the instance that the server would name", () => {
  assert.equal(nameInstance({ schema: "dbo", name: "Orders" }, new Set()), "dbo_Orders");
});

test("instances of any tables have names of their own, of at most 100 plain characters", () => {
  const part = fc.oneof(
    anyText({ minLength: 1, maxLength: 128 }),
    fc.constantFrom("a", "a_b", "b", "b_c", "A", `or]der's "x"`),
  );
  const tables = fc.uniqueArray(fc.record({ schema: part, name: part }), {
    maxLength: 12,
    selector: ({ schema, name }) => JSON.stringify([schema, name]),
  });
  fc.assert(
    fc.property(tables, (all) => {
      const taken = new Set<string>();
      for (const table of all) {
        const name = nameInstance(table, taken);
        assert.match(name, /^\w{1,100}$/);
        assert.ok(!taken.has(name.toLowerCase()), name);
        taken.add(name.toLowerCase());
      }
    }),
    { numRuns: 25 },
  );
});
