import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, CompiledPredicate, Frame } from "../../expressions/compiled.ts";
import type { Column } from "../../storage/columns.ts";
import type { CheckConstraint, ForeignKey } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import {
  compileDefault,
  compileStoredPredicate,
  parseStoredExpression,
  tableScope,
} from "../definitions/stored-expressions.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";

/** What holds for every row of a table. */
export interface RowRules {
  readonly defaults: readonly (CompiledExpression | undefined)[];
  readonly computed: readonly { readonly slot: number; readonly expression: CompiledExpression }[];
  readonly checks: readonly {
    readonly constraint: CheckConstraint;
    readonly predicate: CompiledPredicate;
  }[];
  readonly outgoing: readonly ForeignKey[];
  readonly incoming: readonly ForeignKey[];
  readonly stampSlot: number;
  readonly identitySlot: number;
}

export function compileRowRules(
  { database, table }: TableInDatabase,
  environment: CompileEnvironment,
): RowRules {
  const own = ownEnvironment({ database, table }, environment);
  const { catalog } = database;
  const children = catalog.childrenOf(table.objectId);
  const scope = tableScope(own, table);
  return {
    defaults: table.columns.map((column) => {
      const object = catalog.objects.get(column.defaultObjectId);
      return object?.type === "D"
        ? compileDefault(object.definition, { type: column.type, environment: own })
        : undefined;
    }),
    computed: table.columns.flatMap((column, slot) => {
      if (column.computed === undefined) return [];
      const node = parseStoredExpression(column.computed.definition);
      const expression = compileAssignment(compileExpression(node, scope), column.type, {
        kind: "variable",
      });
      return [{ slot, expression }];
    }),
    checks: children
      .filter((object) => object.type === "C")
      .filter(({ disabled }) => !disabled)
      .map((constraint) => ({
        constraint,
        predicate: compileStoredPredicate(constraint.definition, scope),
      })),
    outgoing: children.filter((object) => object.type === "F").filter(({ disabled }) => !disabled),
    incoming: catalog
      .objectsOfType("F")
      .filter((key) => key.referencedId === table.objectId && !key.disabled),
    stampSlot: table.columns.findIndex(({ type }) => type.name === "timestamp"),
    identitySlot: table.columns.findIndex(({ identity }) => identity !== undefined),
  };
}

/** Stored expressions mean what they mean in the table's own database, for whoever runs the statement. */
function ownEnvironment(
  { database, table }: TableInDatabase,
  environment: CompileEnvironment,
): CompileEnvironment {
  if (environment.database === database && environment.ctes.length === 0) return environment;
  const isTemporary = database.databaseId === 2;
  return {
    ...environment,
    ctes: [],
    database: isTemporary ? environment.database : database,
    defaultSchemaId: isTemporary ? environment.defaultSchemaId : table.schemaId,
  };
}

export type ChangeVerb = "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "ALTER TABLE";

export interface RuleCheck {
  readonly found: TableInDatabase;
  readonly rules: RowRules;
  readonly verb: ChangeVerb;
  readonly frame: Frame;
}

/** Fills in what is computed and refuses what may not stand: 515 and 547. */
export function completeRow(values: SqlValue[], check: RuleCheck): void {
  const { found, rules, frame, verb } = check;
  const { table, database } = found;
  frame.row = values;
  for (const { slot, expression } of rules.computed) values[slot] = expression.evaluate(frame);
  if (rules.stampSlot !== -1) values[rules.stampSlot] = database.nextRowVersion();
  const { columns } = table;
  for (let slot = 0; slot < columns.length; slot += 1) {
    if (values[slot] !== null) continue;
    const column = columns[slot];
    if (column?.nullable === false) refuseNull(column, found, verb);
  }
  for (const { constraint, predicate } of rules.checks) {
    if (predicate.evaluate(frame) === false) refuseCheck(constraint, found, verb);
  }
}

function refuseNull(column: Column, { database, table }: TableInDatabase, verb: ChangeVerb): never {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  const word = verb === "MERGE" ? "UPDATE" : verb;
  raise(
    515,
    `Cannot insert the value NULL into column '${column.name}', table '${database.options.name}.${schema}.${table.name}'; column does not allow nulls. ${word} fails.`,
    { state: 2 },
  );
}

export function refuseCheck(
  constraint: CheckConstraint,
  { database, table }: TableInDatabase,
  verb: ChangeVerb,
): never {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  const column = table.columns.find(({ columnId }) => columnId === constraint.columnId);
  const where = column === undefined ? "" : `, column '${column.name}'`;
  raise(
    547,
    `The ${verb} statement conflicted with the CHECK constraint "${constraint.name}". The conflict occurred in database "${database.options.name}", table "${schema}.${table.name}"${where}.`,
    { state: 0 },
  );
}
