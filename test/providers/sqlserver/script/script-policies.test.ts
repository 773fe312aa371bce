import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../../../providers/sqlserver/schema/catalog.ts";
import {
  describeSchema,
  NO_POSITIONS,
} from "../../../../providers/sqlserver/schema/describe-schema.ts";
import { findObstacles } from "../../../../providers/sqlserver/schema/obstacles.ts";
import { scriptPolicies } from "../../../../providers/sqlserver/script/script-policies.ts";
import { catalogRows, TABLE } from "../../../support/catalog-rows.ts";

const POLICY = {
  object_id: 300,
  name: "Guard",
  schema_id: 1,
  principal_id: null,
  is_enabled: true,
  is_schema_bound: true,
  is_not_for_replication: false,
};
const BLOCK = {
  object_id: 300,
  security_predicate_id: 2,
  target_object_id: TABLE.object_id,
  predicate_definition: "([dbo].[May]]((be]([id]))",
  predicate_type: 1,
  operation: 1,
};
const FILTER = { ...BLOCK, security_predicate_id: 1, predicate_type: 0, operation: null };

function statementsOf(policy: object, ...predicates: readonly object[]): readonly string[] {
  const catalog = new Catalog(
    catalogRows({
      securityPolicies: [{ ...POLICY, ...policy }],
      securityPredicates: predicates as readonly Record<string, unknown>[],
    }),
  );
  assert.deepEqual(findObstacles(catalog), []);
  const schema = describeSchema(catalog, NO_POSITIONS);
  return scriptPolicies(schema).flatMap(({ batches }) => batches);
}

test("a policy that blocks changes comes back enabled, its call without the catalog's parentheses", () => {
  assert.deepEqual(statementsOf({}, BLOCK), [
    "CREATE SECURITY POLICY [dbo].[Guard]\n  ADD BLOCK PREDICATE [dbo].[May]]((be]([id]) ON [dbo].[T] AFTER INSERT\nWITH (STATE = ON, SCHEMABINDING = ON)",
  ]);
});

test("a policy that is off comes back off, with all its predicates in their order", () => {
  assert.deepEqual(
    statementsOf({ is_enabled: false, is_not_for_replication: true }, BLOCK, FILTER),
    [
      "CREATE SECURITY POLICY [dbo].[Guard]\n  ADD FILTER PREDICATE [dbo].[May]]((be]([id]) ON [dbo].[T],\n  ADD BLOCK PREDICATE [dbo].[May]]((be]([id]) ON [dbo].[T] AFTER INSERT\nWITH (STATE = OFF, SCHEMABINDING = ON) NOT FOR REPLICATION",
    ],
  );
});
