import assert from "node:assert/strict";
import { test } from "node:test";
import {
  expressionNeeds,
  namesColumn,
} from "../../../../providers/sqlserver/schema/named-objects.ts";
import { empty, module } from "../../../support/schema-parts.ts";

const needs = expressionNeeds({
  ...empty,
  modules: [{ ...module, kind: "function", schema: "dbo", name: "Tax" }],
  types: [{ schema: "dbo", name: "Money4", owner: null, base: "money", isNullable: true }],
});

test("expressions that call functions, take numbers of sequences or convert to alias types need them", () => {
  for (const definition of [
    "([dbo].[Tax]([price]))",
    "(dbo.tax(price)>(0))",
    "(NEXT VALUE FOR [Numbers])",
    "(CONVERT([Money4],[a]))",
    "(CONVERT([dbo].[Money4],[a]))",
    "(CAST([a] AS Money4))",
  ]) {
    assert.equal(needs(definition), true, definition);
  }
});

test("columns, texts and other types that are called alike need nothing", () => {
  for (const definition of [
    "([Tax]*(2))",
    "(N'dbo.Taxes')",
    "([Money4]>(0))",
    "(CONVERT([money],[a]))",
    "(dbo_Tax)",
  ]) {
    assert.equal(needs(definition), false, definition);
  }
});

test("a column is named in brackets, whatever the case", () => {
  const columns = new Set(["a]b", "Price"]);
  assert.equal(namesColumn("([PRICE]>(0))", columns), true);
  assert.equal(namesColumn("([a]]b]>(0))", columns), true);
  assert.equal(namesColumn("([prices]>(0))", columns), false);
});
