import assert from "node:assert/strict";
import { suite } from "node:test";
import { conform } from "../../conformance/sql-server/conform.ts";
import { PERMISSION_CASES } from "../../conformance/sql-server/permission-cases.ts";
import { TYPE_TABLES, typeCase } from "../../conformance/sql-server/type-cases.ts";

const SAMPLE = ["T5", "T10", "Variant"];
const types = TYPE_TABLES.filter(({ name }) => SAMPLE.includes(name));

// The whole of it is in test/conformance/sql-server.slow.ts.
suite("a sample of the conformance suite, against Azure SQL Database", () => {
  conform([typeCase("some types come back bit by bit", types), ...PERMISSION_CASES], {
    flavour: "azure_sql",
    onSkipped: (skipped) => assert.deepEqual(skipped, []),
  });
});
