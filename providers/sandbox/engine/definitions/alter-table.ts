import type {
  AlterTableAction,
  AlterTableStatement,
  CreateIndexStatement,
  NamedOption,
  TableElement,
} from "../../parser/ast-tables.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import {
  captureDefinition,
  refuseKeyChange,
  requireDefiner,
} from "../capture/definition-capture.ts";
import { refuseAlterOfSystemTable } from "../capture/system-tables.ts";
import { checkExistingRows } from "../changes/existing-rows.ts";
import { longName } from "../changes/row-times.ts";
import type { CompileEnvironment, FoundObject } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Task } from "../suspension.ts";
import { alterColumn } from "./alter-column.ts";
import { dropItems } from "./alter-drop.ts";
import { setConstraints, setTriggers } from "./alter-state.ts";
import type { AlterWork } from "./alter-work.ts";
import type { DraftWork } from "./draft-work.ts";
import { withoutIndex } from "./drop-index.ts";
import { mirrorToHistory } from "./history-table.ts";
import { checkPeriodRows, dropPeriod, guardTemporal } from "./period-changes.ts";
import { rowExtender } from "./row-extender.ts";
import { switchTable } from "./switch-table.ts";
import { requireControl, setSystemVersioning, versioningOption } from "./system-versioning.ts";
import { lockDefinition, replaceTable, type TablePlace } from "./table-changes.ts";
import { TableDraft } from "./table-draft.ts";
import { rebuildTable, setTableOptions } from "./table-options.ts";

export function* executeAlterTable(
  statement: AlterTableStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  const found = findObject(statement.name, baseOf(activation), activation);
  const work = openTable(found, shownName(statement.name), { activation, environment });
  yield* lockDefinition(work.table, work.place);
  refuseAlterOfSystemTable({ database: work.place.database, object: work.table });
  requireDefiner(work.table, work.place);
  guardTemporal(statement.action, work);
  yield* alter(statement.action, work);
  captureDefinition(work.table, activation.text.slice(statement.start, statement.end), work.place);
  yield* mirrorToHistory(work.table, work);
}

/** The table for a change of its definition. Throws 4902 where there is none. */
export function openTable(
  found: FoundObject | undefined,
  shown: string,
  { activation, environment }: Pick<AlterWork, "activation" | "environment">,
): AlterWork {
  const { core } = activation;
  if (found?.object.type !== "U" || !mayAlter(found, activation)) {
    raise(
      4902,
      `Cannot find the object "${shown}" because it does not exist or you do not have permissions.`,
    );
  }
  requireWritable(found.database);
  const place: TablePlace = {
    core,
    database: found.database,
    transaction: requireTransaction(core),
    environment,
  };
  return { table: found.object, place, activation, environment };
}

function mayAlter({ database, object }: FoundObject, { core }: Activation): boolean {
  return object.name.startsWith("#") || hasPermission("ALTER", database, { core, object });
}

function* alter(action: AlterTableAction, work: AlterWork): Task {
  switch (action.kind) {
    case "add":
      yield* addElements(action.elements, action.check, work);
      return;
    case "drop":
      yield* dropItems(action.items, work);
      return;
    case "alter_column":
      yield* alterColumn(action.column, work);
      return;
    case "check_constraint_state":
      yield* setConstraints(action, work);
      return;
    case "trigger_state":
      setTriggers(
        action.names?.map(({ value }) => value),
        action.enable,
        work,
      );
      return;
    case "rebuild":
      yield* rebuildTable(action.options, work);
      return;
    case "set":
      yield* setOptions(action.options, work);
      return;
    case "drop_period":
      dropPeriod(work);
      return;
    case "switch":
      yield* switchTable(action, work);
      return;
    case "change_tracking":
      raise(40_515, "ALTER TABLE … CHANGE_TRACKING is not supported in this version.");
    default:
      action satisfies never;
  }
}

function* setOptions(options: readonly NamedOption[], work: AlterWork): Task {
  const versioning = versioningOption(options);
  if (versioning !== undefined) {
    requireControl(work);
    yield* setSystemVersioning(versioning, work);
  }
  const others = options.filter((option) => option !== versioning);
  if (others.length === 0) return;
  const table = work.place.database.findTable(work.table.objectId) ?? work.table;
  setTableOptions(others, { ...work, table });
}

function draftWork(
  { table, place, activation, environment }: AlterWork,
  check: boolean | undefined,
): DraftWork {
  const { database, core } = place;
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  return {
    core,
    activation,
    database,
    base:
      database.databaseId === 2
        ? baseOf(activation)
        : { database, defaultSchemaId: table.schemaId },
    environment,
    objectId: table.objectId,
    schemaId: table.schemaId,
    name: table.name,
    shownName: `${schema}.${table.name}`,
    text: activation.text,
    now: datetimeNow(core.parts.now()),
    check,
  };
}

function* addElements(
  elements: readonly TableElement[],
  check: boolean | undefined,
  work: AlterWork,
): Task {
  const { table, place } = work;
  const { database, transaction } = place;
  const draft = new TableDraft(draftWork(work, check), table);
  draft.add(elements);
  const next: Table = {
    ...table,
    columns: draft.columns,
    indexes: draft.indexes,
    nextColumnId: draft.nextColumnId,
    period: draft.period,
    modifyDate: datetimeNow(place.core.parts.now()),
  };
  for (const object of draft.objects)
    database.catalog.objects.set(object.objectId, object, transaction.journal);
  const added = draft.columns.slice(table.columns.length);
  const isSame =
    added.length === 0 &&
    draft.indexes.length === table.indexes.length &&
    draft.indexes[0] === table.indexes[0];
  if (isSame) database.catalog.objects.set(next.objectId, next, transaction.journal);
  else
    yield* replaceTable(
      next,
      place,
      added.length === 0 ? undefined : rowExtender(next, added, { work, elements }),
    );
  if (draft.period !== table.period) checkPeriodRows(next, work);
  const constraints = draft.objects.filter((object) => object.type === "C" || object.type === "F");
  if (check !== false) yield* checkExistingRows(next, constraints, work);
}

export function* executeCreateIndex(
  { table: name, index }: CreateIndexStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  const found = findObject(name, baseOf(activation), activation);
  if (found?.object.type === "V")
    raise(40_515, "Indexes on views are not supported in this version.");
  if (found?.object.type !== "U") {
    raise(
      1088,
      `Cannot find the object "${shownName(name)}" because it does not exist or you do not have permissions.`,
      { state: 12 },
    );
  }
  const work = openTable(found, shownName(name), { activation, environment });
  if (work.table.historyOf !== undefined && index.unique) {
    const shown = longName({ database: found.database, table: work.table });
    raise(13_741, `Cannot create UNIQUE index on temporal history table '${shown}'.`);
  }
  yield* lockDefinition(work.table, work.place);
  const existing = work.table.indexes.find(
    (item) => item.name.toUpperCase() === index.name.value.toUpperCase(),
  );
  const dropExisting = index.options.some(
    (option) => option.name === "drop_existing" && option.value === true,
  );
  if (dropExisting && existing !== undefined) {
    refuseKeyChange(work.table, existing, { database: work.place.database, as: "index" });
  }
  const table =
    dropExisting && existing !== undefined
      ? { ...work.table, indexes: withoutIndex(work.table, existing.indexId) }
      : work.table;
  const draft = new TableDraft(draftWork(work, undefined), table);
  draft.addIndex(index);
  yield* replaceTable({ ...work.table, indexes: draft.indexes }, work.place, undefined);
}
