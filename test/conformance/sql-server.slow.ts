// The provider against every kind of server that the sandbox stands for, or against the one that HOLDFAST_TEST_MSSQL names.
import assert from "node:assert/strict";
import { suite } from "node:test";
import type { Flavour } from "../../providers/sandbox/storage/flavour.ts";
import { CHANGE_CASES } from "./sql-server/change-cases.ts";
import { conform } from "./sql-server/conform.ts";
import { PERMISSION_CASES } from "./sql-server/permission-cases.ts";
import { SCHEMA_CASES } from "./sql-server/schema-cases.ts";
import { TYPE_TABLES, typeCase } from "./sql-server/type-cases.ts";

const CASES = [
  typeCase("every type comes back with the values at its edges, bit by bit", TYPE_TABLES),
  ...SCHEMA_CASES,
  ...CHANGE_CASES,
  ...PERMISSION_CASES,
];
const FLAVOURS: readonly Flavour[] = ["sql_server", "azure_sql", "managed_instance", "azure_vm"];

/** What the sandbox refuses (40515), of each kind: what a server would take. */
const REFUSED = ["CREATE TABLE dbo.Stored", "CREATE UNIQUE CLUSTERED INDEX IX_Indexed"];

function assertRefused(skipped: readonly string[]): void {
  const isKnown = skipped.map((line) => REFUSED.some((start) => line.startsWith(start)));
  assert.deepEqual(isKnown, [true, true], skipped.join("\n"));
}

if ((process.env["HOLDFAST_TEST_MSSQL"] ?? "") === "") {
  for (const flavour of FLAVOURS) {
    suite(`the sandbox as ${flavour}`, () => {
      conform(CASES, { flavour, onSkipped: assertRefused });
    });
  }
} else {
  suite("the server that HOLDFAST_TEST_MSSQL names", () => conform(CASES));
}
