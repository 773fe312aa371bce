import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTableName } from "../../../core/kit/table-name.ts";

test("tables that differ only by where the dot stands have different names", () => {
  assert.equal(formatTableName({ schema: "dbo", name: "Orders" }), "dbo.Orders");
  assert.equal(formatTableName({ schema: "a.b", name: "c" }), "[a.b].c");
  assert.equal(formatTableName({ schema: "a", name: "b.c" }), "a.[b.c]");
  assert.equal(formatTableName({ schema: "[a", name: "b]" }), "[[a].[b]]]");
});
