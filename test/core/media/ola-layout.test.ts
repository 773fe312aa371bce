import assert from "node:assert/strict";
import { test } from "node:test";
import { tryReadOlaLayout } from "../../../core/media/ola-layout.ts";

test("a file says what it is by its folders and its name", () => {
  const path = "/backup/SQL01$PROD/Sales_EU/FULL/SQL01$PROD_Sales_EU_FULL_20261123_210000.bak";
  assert.deepEqual(tryReadOlaLayout(path), {
    server: "SQL01\\PROD",
    database: "Sales_EU",
    type: "full",
    isCopyOnly: false,
    isPartial: false,
    startedLocal: "2026-11-23T21:00:00",
    file: null,
    backup: "SQL01$PROD/Sales_EU/FULL/2026-11-23T21:00:00",
  });
});

test("types, copy-only, filegroups, numbers of files and Windows paths are told apart", () => {
  const facts = (path: string) => {
    const found = tryReadOlaLayout(path);
    return found && [found.server, found.type, found.isCopyOnly, found.isPartial, found.file];
  };
  assert.deepEqual(facts(String.raw`D:\Backup\SQL01\db\LOG\SQL01_db_LOG_20261123_210000.trn`), [
    "SQL01",
    "log",
    false,
    false,
    null,
  ]);
  assert.deepEqual(
    facts("x/SQL01/db/FULL_COPY_ONLY/SQL01_db_FULL_COPY_ONLY_20261123_210000_02.bak"),
    ["SQL01", "full", true, false, 2],
  );
  assert.deepEqual(
    facts("x/CLUSTER$AG1/db/DIFF_PARTIAL/CLUSTER$AG1_db_DIFF_PARTIAL_20261123_210000_1.bak"),
    ["CLUSTER\\AG1", "differential", false, true, 1],
  );
});

test("files of one backup share it wherever they lie, and backups of other times do not", () => {
  const backup = (path: string) => tryReadOlaLayout(path)?.backup;
  const one = backup("/a/S/db/FULL/S_db_FULL_20261123_210000_1.bak");
  assert.equal(one, backup("/b/S/db/FULL/S_db_FULL_20261123_210000_2.bak"));
  assert.notEqual(one, backup("/a/S/db/FULL/S_db_FULL_20261123_210001_1.bak"));
});

test("nothing is guessed of folders and names that disagree, or of other solutions", () => {
  for (const path of [
    "/backup/SQL01/Sales/DIFF/SQL01_Sales_FULL_20261123_210000.bak",
    "/backup/SQL02/Sales/FULL/SQL01_Sales_FULL_20261123_210000.bak",
    "/backup/Sales/SQL01_Sales_FULL_20261123_210000.bak",
    "/backup/SQL01/Sales/FULL/Sales.bak",
    "/backup/SQL01/Sales/Sales_202611232100.bak",
    "SQL01_Sales_FULL_20261123_210000.bak",
    "",
  ]) {
    assert.equal(tryReadOlaLayout(path), undefined, path);
  }
});
