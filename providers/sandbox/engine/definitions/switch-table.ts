import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { Expression, ObjectName } from "../../parser/ast-expressions.ts";
import type { AlterTableAction } from "../../parser/ast-tables.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import { instancesOf } from "../capture/row-capture.ts";
import { makeFrame } from "../query/plan.ts";
import { QueryScope } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { hasPermission } from "../session/rights.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { checkSwitch } from "./switch-checks.ts";
import { requireEmpty, requireFit, type TablePiece, tablePiece } from "./switch-pieces.ts";
import { lockDefinition, putTable } from "./table-changes.ts";
import { tableLayouts } from "./table-layout.ts";

type SwitchAction = Extract<AlterTableAction, { kind: "switch" }>;

/**
 * ALTER TABLE … SWITCH: the rows of a table or of a partition pass to an empty one of the same form. No row is written, so no trigger
 * fires and change data capture sees nothing, of either table (learn.microsoft.com: sys.sp_cdc_enable_table, @allow_partition_switch).
 */
export function* switchTable(action: SwitchAction, work: AlterWork): Task {
  const { table: source, place, activation } = work;
  const target = targetOf(action.target, work);
  refuseTemporal(source);
  refuseTemporal(target);
  refuseCaptured({ source, target }, place.database);
  yield* lockDefinition(target, place);
  const { database, transaction, core, environment } = place;
  const pieceOf = (table: Table, node: Expression | undefined): TablePiece =>
    tablePiece({ database, table }, numberOf(node, { activation, environment }), activation);
  const [from, to] = [pieceOf(source, action.from), pieceOf(target, action.to)];
  requireEmpty(to, database);
  checkSwitch({ database, source, target });
  requireFit(from, to, database);
  const { log } = core.server;
  const left = new TableStore(tableLayouts(source, environment), log);
  const into = new TableStore(tableLayouts(target, environment), log);
  for (const { values, stamp } of database.liveRows(target.objectId)) into.load(values, stamp);
  for (const { values, stamp } of database.liveRows(source.objectId)) {
    (from.has(values) ? into : left).load(values, stamp);
  }
  database.tables.set(target.objectId, into, transaction.journal);
  database.tables.set(source.objectId, left, transaction.journal);
  // "Date the object was last modified by using an ALTER statement" (sys.objects): the source is what the statement names.
  putTable(source, place);
}

/** Throws 22843 and 22842 where @allow_partition_switch is 0. */
function refuseCaptured(
  { source, target }: { readonly source: Table; readonly target: Table },
  { catalog }: StoredDatabase,
): void {
  const isClosed = ({ objectId }: Table): boolean =>
    instancesOf(catalog, objectId).some(({ allowsSwitch }) => !allowsSwitch);
  for (const [number, table, what] of [
    [22_843, source, "source"],
    [22_842, target, "destination"],
  ] as const) {
    if (!isClosed(table)) continue;
    raise(
      number,
      `ALTER TABLE SWITCH statement failed because the partitioned ${what} table is enabled for Change Data Capture and does not have @allow_partition_switch set to 1.`,
    );
  }
}

function numberOf(
  node: Expression | undefined,
  { activation, environment }: Pick<AlterWork, "activation" | "environment">,
): number | undefined {
  if (node === undefined) return undefined;
  const scope = new QueryScope({ environment, sources: [], parent: undefined });
  const run = createRun(activation);
  const value = compileAssignment(
    compileExpression(node, scope),
    { name: "int" },
    { kind: "variable" },
  );
  const number = Number(value.evaluate(makeFrame(run, undefined)) ?? 0);
  endRun(run);
  return number;
}

/** Throws 1088, 4948, 4949 and 4955. */
function targetOf(name: ObjectName, { table: source, place, activation }: AlterWork): Table {
  const found = findObject(name, baseOf(activation), activation);
  const may = found && hasPermission("ALTER", found.database, { core: place.core, ...found });
  if (found === undefined || may !== true) {
    raise(
      1088,
      `Cannot find the object "${shownName(name)}" because it does not exist or you do not have permissions.`,
    );
  }
  const { object, database } = found;
  if (object.type !== "U") {
    raise(
      4949,
      `ALTER TABLE SWITCH statement failed because the object '${object.name}' is not a user defined table.`,
    );
  }
  if (database !== place.database) {
    raise(
      4948,
      `ALTER TABLE SWITCH statement failed. The source table '${source.name}' is in database '${place.database.options.name}' while the target table '${object.name}' is in database '${database.options.name}'.`,
    );
  }
  if (object.objectId === source.objectId) {
    raise(
      4955,
      `ALTER TABLE SWITCH statement failed. The source table '${source.name}' and target table '${object.name}' are same.`,
    );
  }
  return object;
}

function refuseTemporal({ versioning, historyOf, name }: Table): void {
  if (versioning === undefined && historyOf === undefined) return;
  raise(
    40_515,
    `ALTER TABLE … SWITCH of the temporal table '${name}' is not supported in this version.`,
  );
}
