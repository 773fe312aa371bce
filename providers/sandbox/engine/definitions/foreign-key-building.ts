import type { ForeignKeyConstraint } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type { ForeignKey, Index, ReferentialAction, Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import { findObject } from "../session/name-resolution.ts";
import type { DraftWork } from "./draft-work.ts";

export type ForeignKeyElement = ForeignKeyConstraint;

interface Referencing {
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  columnNamed(name: string): Column;
}

export interface ForeignKeyRequest {
  readonly draft: Referencing;
  readonly work: DraftWork;
  readonly name: string;
}

type Resolved = Pick<
  ForeignKey,
  "referencedId" | "referencedIndexId" | "columns" | "onDelete" | "onUpdate"
>;

const ACTIONS: Readonly<Record<ForeignKeyConstraint["onDelete"], ReferentialAction>> = {
  no_action: "NO_ACTION",
  cascade: "CASCADE",
  set_null: "SET_NULL",
  set_default: "SET_DEFAULT",
};

/** Finds what a foreign key refers to. Throws 1767, 1769, 1770, 1773, 1776 and 1778 with SQL Server's texts. */
export function resolveForeignKey(
  element: ForeignKeyElement,
  { draft, work, name }: ForeignKeyRequest,
): Resolved {
  const target = findTarget(element, { draft, work, name });
  const columns = element.columns.map(({ value }) => ownColumn(value, draft, name));
  const referenced = referencedColumns(element, target, name);
  if (columns.length !== referenced.length) {
    raise(
      8139,
      `Number of referencing columns in foreign key differs from number of referenced columns, table '${work.name}'.`,
    );
  }
  const pairs = columns.map((column, index) => {
    const other = referenced[index];
    if (other === undefined || !isSameShape(column, other)) {
      raise(
        1778,
        `Column '${target.name}.${other?.name ?? ""}' is not the same data type as referencing column '${work.name}.${column.name}' in foreign key '${name}'.`,
      );
    }
    return { column: column.columnId, referenced: other.columnId };
  });
  const wanted = pairs.map(({ referenced: id }) => id);
  const index = target.indexes.find((item) => isKeyOf(item, wanted));
  if (index === undefined) {
    raise(
      1776,
      `There are no primary or candidate keys in the referenced table '${shownName(element.referencedTable)}' that match the referencing column list in the foreign key '${name}'.`,
    );
  }
  return {
    referencedId: target.objectId,
    referencedIndexId: index.indexId,
    columns: pairs,
    onDelete: ACTIONS[element.onDelete],
    onUpdate: ACTIONS[element.onUpdate],
  };
}

interface Target {
  readonly objectId: number;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
}

function findTarget(element: ForeignKeyElement, { draft, work, name }: ForeignKeyRequest): Target {
  const { referencedTable } = element;
  const { catalog } = work.database;
  const schema =
    referencedTable.schema === undefined ? undefined : catalog.findSchema(referencedTable.schema);
  const isSelf =
    catalog.sameName(referencedTable.name, work.name) &&
    (referencedTable.schema === undefined || schema?.schemaId === work.schemaId);
  if (isSelf) {
    return {
      objectId: work.objectId,
      name: work.name,
      columns: draft.columns,
      indexes: draft.indexes,
    };
  }
  const base = { database: work.database, defaultSchemaId: work.schemaId };
  const found = findObject(referencedTable, base, work.activation);
  if (found?.object.type !== "U" || found.database !== work.database) {
    raise(1767, `Foreign key '${name}' references invalid table '${shownName(referencedTable)}'.`);
  }
  return found.object satisfies Table;
}

function ownColumn(value: string, draft: Referencing, name: string): Column {
  const column = draft.columns.find((item) => item.name.toUpperCase() === value.toUpperCase());
  if (column !== undefined) return column;
  raise(1769, `Foreign key '${name}' references invalid column '${value}' in referencing table.`);
}

function referencedColumns(
  { referencedColumns: names }: ForeignKeyElement,
  target: Target,
  name: string,
): readonly Column[] {
  const byId = (id: number): Column | undefined =>
    target.columns.find(({ columnId }) => columnId === id);
  if (names === undefined) {
    const primary = target.indexes.find(({ isPrimaryKey }) => isPrimaryKey);
    if (primary === undefined) {
      raise(
        1773,
        `Foreign key '${name}' has implicit reference to object '${target.name}' which does not have a primary key defined on it.`,
      );
    }
    return primary.keys.map(({ columnId }) => byId(columnId)).filter((item) => item !== undefined);
  }
  return names.map(({ value }) => {
    const column = target.columns.find((item) => item.name.toUpperCase() === value.toUpperCase());
    if (column !== undefined) return column;
    raise(
      1770,
      `Foreign key '${name}' references invalid column '${value}' in referenced table '${target.name}'.`,
    );
  });
}

function isKeyOf(index: Index, wanted: readonly number[]): boolean {
  const keys = index.keys.map(({ columnId }) => columnId);
  return (
    index.unique &&
    !index.disabled &&
    index.filter === undefined &&
    keys.length === wanted.length &&
    keys.every((key) => wanted.includes(key))
  );
}

function isSameShape(left: Column, right: Column): boolean {
  const [first, second] = [left.type, right.type];
  const alike = (name: string): string => (name === "numeric" ? "decimal" : name);
  if (alike(first.name) !== alike(second.name)) return false;
  const isText = first.collation !== undefined;
  const sameScale = first.precision === second.precision && first.scale === second.scale;
  return isText ? first.collation === second.collation : sameScale;
}
