import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../../core/address/address.ts";
import { standingsBefore } from "../../../../core/backup/cdc/standings.ts";
import { sampleJob } from "../../../conformance/catalog.ts";

test("a database of which a killed full has a point is in scope again, the others stand as before it", () => {
  const entry = {
    result: "backed_up",
    code: null,
    message: null,
    scans: [],
    bytesRead: 0,
  } as const;
  const killed = {
    ...sampleJob("killed", 1),
    standings: { back: "left_out", down: "left_out" },
    databases: [{ ...entry, database: "back", point: "p", bytesStored: 0 }],
  } as const;
  const backupSet = formatAddress("backup_set", "orders");
  assert.deepEqual(
    [...standingsBefore([killed], { backupSet, job: "next" })],
    [["down", "left_out"]],
  );
});
