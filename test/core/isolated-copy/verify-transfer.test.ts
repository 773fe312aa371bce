import assert from "node:assert/strict";
import { test } from "node:test";
import { type Transfer, verifyTransfer } from "../../../core/isolated-copy/verify-transfer.ts";
import { createVault } from "../../../core/vault/vault.ts";
import { addPoint, memoryStore, TEST_KEY, vaultOptions } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const SCHEMA = new TextEncoder().encode('{"tables":["t1"]}');
const ROWS = [Buffer.from("first row"), Buffer.from("second")];
const TABLE = { schema: "dbo", name: "t1", estimatedRows: 2, estimatedBytes: 15 };
const SCAN = { table: "dbo.t1", rows: 2, bytesRead: 15 };

test("a point passes only with the copy's schema, and with every row and byte of every table as it was read", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const { id: point } = await addPoint(vault, { schema: [SCHEMA], "rows/dbo.t1": ROWS });
  const whole: Transfer = {
    vault,
    point,
    capture: { schema: SCHEMA, tables: [TABLE] },
    scans: [SCAN],
  };
  await verifyTransfer(whole);
  const other = { ...TABLE, name: "t2" };
  const differing: readonly Partial<Transfer>[] = [
    { capture: { schema: SCHEMA.subarray(1), tables: [TABLE] } },
    { capture: { schema: Buffer.concat([SCHEMA, SCHEMA]), tables: [TABLE] } },
    { capture: { schema: SCHEMA, tables: [TABLE, other] } },
    { scans: [] },
    { scans: [{ ...SCAN, rows: 3 }] },
    { scans: [{ ...SCAN, bytesRead: 14 }] },
  ];
  for (const difference of differing) {
    await assert.rejects(
      verifyTransfer({ ...whole, ...difference }),
      withCode("ISOLATED_COPY_NOT_VERIFIED"),
    );
  }
  await assert.rejects(
    verifyTransfer({ ...whole, point: "0".repeat(32) }),
    withCode("POINT_NOT_FOUND"),
  );
});
