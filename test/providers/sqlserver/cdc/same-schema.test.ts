import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameSchema } from "../../../../providers/sqlserver/cdc/read-schema.ts";
import { encodeSchema } from "../../../../providers/sqlserver/schema/describe-schema.ts";
import type { SqlServerSchema } from "../../../../schemas/sql-server-schema.ts";
import { empty, table } from "../../../support/schema-parts.ts";

const EMPTY = { name: "later", owner: "dbo" };
const RIGHT: SqlServerSchema["permissions"][number] = {
  state: "GRANT",
  permission: "SELECT",
  securable: "SCHEMA::[later]",
  columns: [],
  grantee: "public",
  grantor: "dbo",
};

/** Changes go on from the plain empty to that one, and back. */
function goesOn(more: Partial<SqlServerSchema>): readonly boolean[] {
  const [plain, other] = [empty, { ...empty, ...more }].map(encodeSchema);
  if (plain === undefined || other === undefined) return [];
  return [isSameSchema(plain, other), isSameSchema(other, plain)];
}

test("changes go on past a schema that holds nothing, and past nothing else", () => {
  const schemas = [...empty.schemas, EMPTY];
  assert.deepEqual(goesOn({}), [true, true]);
  assert.deepEqual(goesOn({ schemas }), [true, true]);
  const held = { ...table, schema: "later" };
  assert.deepEqual(goesOn({ schemas, tables: [...empty.tables, held] }), [false, false]);
  assert.deepEqual(goesOn({ schemas, permissions: [RIGHT] }), [false, false]);
  const owned = (owner: string) => [{ ...EMPTY, owner }];
  const [one, other] = [owned("dbo"), owned("clerk")].map((own) =>
    encodeSchema({ ...empty, schemas: own }),
  );
  assert.equal(isSameSchema(one ?? assert.fail(), other ?? assert.fail()), false);
});
