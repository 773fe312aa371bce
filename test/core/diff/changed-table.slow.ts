import { test } from "node:test";
import { checkChangedTables } from "../../support/changed-tables.ts";

test("points of changes differ as the table did, whatever the full saw, in many histories", async () => {
  await checkChangedTables(400);
});
