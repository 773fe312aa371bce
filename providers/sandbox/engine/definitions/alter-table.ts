import type {
  AlterTableAction,
  AlterTableStatement,
  CreateIndexStatement,
  NamedOption,
  TableElement,
} from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type {
  CheckConstraint,
  ForeignKey,
  SchemaObject,
  Table,
} from "../../storage/schema-object.ts";
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
import type { AlterWork } from "./alter-work.ts";
import type { DraftWork } from "./draft-work.ts";
import { forgetColumn, withoutIndex } from "./drop-objects.ts";
import { mirrorToHistory } from "./history-table.ts";
import { checkPeriodRows, dropPeriod, guardTemporal } from "./period-changes.ts";
import { removeObject } from "./remove-object.ts";
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

type Items = Extract<AlterTableAction, { kind: "drop" }>["items"];

function* dropItems(items: Items, work: AlterWork): Task {
  let { table } = work;
  for (const item of items) {
    const current = { ...work, table };
    yield* item.type === "column" ? dropColumn(item, current) : dropConstraint(item, current);
    table = work.place.database.findTable(table.objectId) ?? table;
  }
}

function* dropConstraint({ name, ifExists }: Items[number], { table, place }: AlterWork): Task {
  const { database, transaction } = place;
  const { catalog } = database;
  const object = catalog
    .childrenOf(table.objectId)
    .find((item) => catalog.sameName(item.name, name.value));
  if (object === undefined || object.type === "TR") {
    if (ifExists) return;
    raise(3728, `'${name.value}' is not a constraint.`);
  }
  if (object.type === "PK" || object.type === "UQ") {
    refuseKeyChange(table, object, { database, as: "constraint" });
    const key = catalog
      .objectsOfType("F")
      .find(
        (item) => item.referencedId === table.objectId && item.referencedIndexId === object.indexId,
      );
    if (key !== undefined) {
      raise(
        3725,
        `The constraint '${name.value}' is being referenced by table '${catalog.objects.get(key.parentId)?.name ?? ""}', foreign key constraint '${key.name}'.`,
        { state: 0 },
      );
    }
  }
  removeObject(object, { database, transaction });
  if (object.type === "D") {
    const columns = table.columns.map((column) =>
      column.defaultObjectId === object.objectId ? { ...column, defaultObjectId: 0 } : column,
    );
    catalog.objects.set(table.objectId, { ...table, columns }, transaction.journal);
  } else if (object.type === "PK" || object.type === "UQ") {
    yield* replaceTable(
      { ...table, indexes: withoutIndex(table, object.indexId) },
      place,
      undefined,
    );
  }
}

function* dropColumn({ name, ifExists }: Items[number], { table, place }: AlterWork): Task {
  const { catalog } = place.database;
  const slot = table.columns.findIndex((column) => catalog.sameName(column.name, name.value));
  const column = table.columns[slot];
  if (column === undefined) {
    if (ifExists) return;
    raise(
      4924,
      `ALTER TABLE DROP COLUMN failed because column '${name.value}' does not exist in table '${table.name}'.`,
    );
  }
  const user = columnUser(table, column, catalog.childrenOf(table.objectId));
  if (user !== undefined) {
    raise(5074, `The object '${user}' is dependent on column '${column.name}'.`);
  }
  if (table.columns.length === 1) {
    raise(
      4923,
      `ALTER TABLE DROP COLUMN failed because '${column.name}' is the only data column in table '${table.name}'. A table must have at least one data column.`,
    );
  }
  forgetColumn(table.objectId, column.columnId, place);
  const columns = table.columns.filter((item) => item !== column);
  yield* replaceTable({ ...table, columns }, place, (row) =>
    row.filter((_, index) => index !== slot),
  );
}

function columnUser(
  table: Table,
  column: Column,
  children: readonly SchemaObject[],
): string | undefined {
  const index = table.indexes.find(
    (item) =>
      item.partitioning?.columnId === column.columnId ||
      item.keys.some(({ columnId }) => columnId === column.columnId) ||
      item.included.includes(column.columnId),
  );
  if (index !== undefined) return index.name;
  const mentions = (text: string): boolean =>
    text.toUpperCase().includes(`[${column.name.toUpperCase()}]`);
  const computed = table.columns.find(
    (item) => item.computed !== undefined && mentions(item.computed.definition),
  );
  if (computed !== undefined) return computed.name;
  return children.find((object) => {
    if (object.type === "D") return object.columnId === column.columnId;
    if (object.type === "C") return mentions(object.definition);
    return object.type === "F" && object.columns.some((pair) => pair.column === column.columnId);
  })?.name;
}

type ConstraintState = Extract<AlterTableAction, { kind: "check_constraint_state" }>;

/** CHECK and NOCHECK CONSTRAINT. Without WITH CHECK a constraint that comes back is not trusted. */
function* setConstraints({ enable, names, check }: ConstraintState, work: AlterWork): Task {
  const { table, place } = work;
  const { catalog } = place.database;
  const all = catalog
    .childrenOf(table.objectId)
    .filter(
      (object): object is CheckConstraint | ForeignKey =>
        object.type === "C" || object.type === "F",
    );
  const wanted = names?.map(({ value }) => {
    const found = all.find((object) => catalog.sameName(object.name, value));
    return found ?? raise(4917, `Constraint '${value}' does not exist.`);
  });
  const chosen = wanted ?? all;
  if (enable && check === true) yield* checkExistingRows(table, chosen, work);
  for (const object of chosen) {
    const trusted = enable ? check === true || (object.trusted && !object.disabled) : false;
    catalog.objects.set(
      object.objectId,
      { ...object, disabled: !enable, trusted },
      place.transaction.journal,
    );
  }
}

export function setTriggers(
  names: readonly string[] | undefined,
  enable: boolean,
  { table, place }: Pick<AlterWork, "table" | "place">,
): void {
  const { catalog } = place.database;
  const all = catalog.childrenOf(table.objectId).filter((object) => object.type === "TR");
  const chosen =
    names === undefined
      ? all
      : names.map(
          (name) =>
            all.find((object) => catalog.sameName(object.name, name)) ??
            raise(
              4920,
              `ALTER TABLE failed because trigger '${name}' on table '${table.name}' does not exist.`,
            ),
        );
  for (const object of chosen) {
    catalog.objects.set(
      object.objectId,
      { ...object, disabled: !enable },
      place.transaction.journal,
    );
  }
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
