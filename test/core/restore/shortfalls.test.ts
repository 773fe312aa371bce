import assert from "node:assert/strict";
import { test } from "node:test";
import { type RestoreKinds, shortfallsOf } from "../../../core/restore/shortfalls.ts";

function told(kinds: RestoreKinds): readonly string[] {
  const sequence = { points: [], upTo: null, at: null };
  return shortfallsOf(sequence, { kinds, sources: [] }).map(({ kind }) => kind);
}

test("what is encrypted from its birth needs no word about encryption", () => {
  for (const to of ["azure_sql", "managed_instance"] as const)
    assert.ok(!told({ from: "sql_server", to }).includes("encryption"), to);
  for (const to of ["sql_server", "azure_vm"] as const)
    assert.ok(told({ from: "azure_sql", to }).includes("encryption"), to);
});

test("of Azure SQL Database nothing is missed that it does not have", () => {
  assert.deepEqual(told({ from: "azure_sql", to: "azure_sql" }), ["logins", "system_databases"]);
  assert.ok(told({ from: "sql_server", to: "azure_sql" }).includes("agent_jobs"));
  assert.ok(told({ from: null, to: "azure_sql" }).includes("linked_servers"));
});
