import assert from "node:assert/strict";
import { test } from "node:test";
import { selectRowsBehind } from "../../../../providers/sqlserver/capture/rows-behind.ts";
import { column, index, table } from "../../../support/schema-parts.ts";
import {
  encodeMetadata,
  encodePlainRow,
  WIRE_KINDS,
  type WireTable,
} from "../../../support/wire-rows.ts";

/** The table with one key column that comes over the wire in that form. */
function behind(type: string, typeInfo: string): string | undefined {
  const kinds = WIRE_KINDS.filter((kind) => kind.typeInfo === typeInfo);
  const wire: WireTable = { kinds, rows: [] };
  const row = { cells: [Buffer.from([0x58])], pieces: [8], isCompressed: false };
  const of = {
    ...table,
    columns: [{ ...column, name: "c0", type }],
    indexes: [{ ...index, keys: [{ column: "c0", isDescending: false }] }],
  };
  return selectRowsBehind(of, encodeMetadata(wire), encodePlainRow(wire, row))?.sql;
}

test("a key that comes as varbinary(max), as hierarchyid does, is never compared with a literal", () => {
  assert.match(behind("varbinary(31)", "a5ff1f") ?? "", /> CONVERT\(varbinary\(\d+\), 0x58\)/);
  assert.equal(behind("hierarchyid", "a5ffff"), undefined);
});
