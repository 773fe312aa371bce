import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { type Catalog, compareNames } from "./catalog.ts";
import { flag, number, numberOrZero, text } from "./fields.ts";

type Policy = NonNullable<SqlServerSchema["policies"]>[number];
type Predicate = Policy["predicates"][number];

const FILTER = 0;
/** `sys.security_predicates.operation`; NULL is all of them. */
const OPERATIONS: Readonly<Record<number, NonNullable<Predicate["operation"]>>> = {
  1: "AFTER INSERT",
  2: "AFTER UPDATE",
  3: "BEFORE UPDATE",
  4: "BEFORE DELETE",
};

function predicatesOf(catalog: Catalog, policy: Row): readonly Row[] {
  return catalog
    .of("securityPredicates", "object_id", number(policy, "object_id"))
    .toSorted(
      (left, right) =>
        number(left, "security_predicate_id") - number(right, "security_predicate_id"),
    );
}

/** Whether a policy hides rows from those who read: a reader cannot tell whether it sees all of them. */
export function hidesRows(catalog: Catalog, policy: Row): boolean {
  const filters = predicatesOf(catalog, policy).filter(
    (row) => numberOrZero(row, "predicate_type") === FILTER,
  );
  return flag(policy, "is_enabled") && filters.length > 0;
}

function describePredicate(catalog: Catalog, row: Row): Predicate {
  const table = catalog.objectName(number(row, "target_object_id"));
  if (table === undefined) throw new TypeError("A predicate without its table. This is a bug.");
  return {
    kind: numberOrZero(row, "predicate_type") === FILTER ? "FILTER" : "BLOCK",
    definition: text(row, "predicate_definition"),
    table: { schema: table.schema, name: table.name },
    operation: OPERATIONS[numberOrZero(row, "operation")] ?? null,
  };
}

/** Security policies; nothing for a database without them. */
export function describePolicies(catalog: Catalog): Pick<SqlServerSchema, "policies"> {
  const policies = catalog.rows.securityPolicies.map(
    (row): Policy => ({
      ...catalog.nameOf(row),
      isEnabled: flag(row, "is_enabled"),
      isSchemaBound: flag(row, "is_schema_bound"),
      notForReplication: flag(row, "is_not_for_replication"),
      predicates: predicatesOf(catalog, row).map((item) => describePredicate(catalog, item)),
    }),
  );
  return policies.length === 0 ? {} : { policies: policies.toSorted(compareNames) };
}
