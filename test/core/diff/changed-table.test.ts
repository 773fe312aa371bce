import { test } from "node:test";
import { checkChangedTables } from "../../support/changed-tables.ts";

// changed-table.slow.ts has it with many runs.
test("points of changes differ as the table did, whatever the full saw", async () => {
  await checkChangedTables(3);
});
