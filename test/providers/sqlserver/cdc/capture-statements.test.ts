import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceTable } from "../../../../providers/sqlserver/cdc/capture-facts.ts";
import { switchableTables } from "../../../../providers/sqlserver/cdc/capture-facts.ts";
import { isOurs } from "../../../../providers/sqlserver/cdc/capture-instances.ts";
import {
  enableTable,
  switchRefused,
} from "../../../../providers/sqlserver/cdc/capture-statements.ts";

const INSTANCE = {
  name: "dbo_Sales",
  objectId: 2,
  start: "0".repeat(20),
  columns: [],
  hasExtras: false,
  allowsSwitch: true,
};
const TABLE: SourceTable = {
  objectId: 1,
  createdAt: "2026-01-01T00:00:00",
  modifiedAt: "2026-01-01T00:00:00",
  schema: "dbo",
  name: "Sales",
  columns: [{ name: "id", columnId: 1 }],
  hasComputed: false,
  isPartitioned: true,
  instance: INSTANCE,
  instances: [INSTANCE],
};

test("partitions of a table that we capture cannot be switched; one that a person captured so that they can is known", () => {
  assert.match(enableTable(TABLE, new Set()), /, @allow_partition_switch = 0$/);
  const plain = { ...TABLE, isPartitioned: false };
  assert.doesNotMatch(enableTable(plain, new Set()), /switch/);
  const facts = (...tables: SourceTable[]) =>
    ({ tables }) as unknown as Parameters<typeof switchableTables>[0];
  const ours = { ...TABLE, instance: { ...INSTANCE, allowsSwitch: false } };
  assert.deepEqual(switchableTables(facts(TABLE, plain, ours)), [TABLE]);
  assert.match(switchRefused(facts(TABLE, plain)).join(), /refused on dbo\.Sales while/);
  assert.deepEqual(switchRefused(facts(plain)), []);
});

test("an instance is ours by its name and its form", () => {
  assert.ok(isOurs(INSTANCE, TABLE));
  assert.ok(!isOurs({ ...INSTANCE, hasExtras: true }, TABLE));
  assert.ok(!isOurs({ ...INSTANCE, name: "debezium" }, TABLE));
  assert.ok(!isOurs(INSTANCE, { schema: "dbo", name: "Renamed" }));
});
