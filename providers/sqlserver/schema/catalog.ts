import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal, quotePath } from "../names.ts";
import type { CatalogName, CatalogRows } from "./catalog-queries.ts";
import { number, text } from "./fields.ts";

export interface ObjectName {
  readonly schema: string;
  readonly name: string;
}

type ById = ReadonlyMap<number, Row>;
type Groups = ReadonlyMap<number, readonly Row[]>;

function byId(rows: readonly Row[], column: string): ById {
  return new Map(rows.map((row) => [number(row, column), row]));
}

function groupBy(rows: readonly Row[], column: string): Groups {
  return Map.groupBy(rows, (row) => number(row, column));
}

/** Sorts by schema, then name, ordinal. */
export function compareNames(left: ObjectName, right: ObjectName): number {
  return compareOrdinal(left.schema, right.schema) || compareOrdinal(left.name, right.name);
}

/** The catalog's answers with the lookups that describing needs. */
export class Catalog {
  readonly rows: CatalogRows;
  readonly objects: ById;
  readonly types: ById;
  readonly #schemas: ById;
  readonly #principals: ById;
  readonly #columns: Groups;
  readonly #groups = new Map<string, Groups>();

  constructor(rows: CatalogRows) {
    this.rows = rows;
    this.objects = byId(rows.objects, "object_id");
    this.types = byId(rows.types, "user_type_id");
    this.#schemas = byId(rows.schemas, "schema_id");
    this.#principals = byId(rows.principals, "principal_id");
    this.#columns = groupBy(rows.columns, "object_id");
  }

  /** Rows of one question that belong to one object. */
  of(name: CatalogName, column: string, id: number): readonly Row[] {
    const key = `${name}.${column}`;
    const groups = this.#groups.get(key) ?? groupBy(this.rows[name], column);
    this.#groups.set(key, groups);
    return groups.get(id) ?? [];
  }

  /** In the order of their ids. */
  columns(objectId: number): readonly Row[] {
    return (this.#columns.get(objectId) ?? []).toSorted(
      (left, right) => number(left, "column_id") - number(right, "column_id"),
    );
  }

  columnName(objectId: number, columnId: number): string {
    const row = this.#columns.get(objectId)?.find((item) => number(item, "column_id") === columnId);
    if (row === undefined)
      throw new TypeError(`no column ${columnId} of ${objectId}. This is a bug.`);
    return text(row, "name");
  }

  schema(schemaId: number): string {
    return this.#nameIn(this.#schemas, schemaId);
  }

  principal(principalId: number): string {
    return this.#nameIn(this.#principals, principalId);
  }

  /** The owner where it is not the schema's. */
  owner(row: Row): string | null {
    return row["principal_id"] === null || row["principal_id"] === undefined
      ? null
      : this.principal(number(row, "principal_id"));
  }

  nameOf(row: Row): ObjectName {
    return { schema: this.schema(number(row, "schema_id")), name: text(row, "name") };
  }

  /** Undefined for an object of the system. */
  objectName(objectId: number): ObjectName | undefined {
    const row = this.objects.get(objectId);
    return row === undefined ? undefined : this.nameOf(row);
  }

  /** `[dbo].[Orders]` */
  path(row: Row): string {
    const { schema, name } = this.nameOf(row);
    return quotePath(schema, name);
  }

  /** The name of the type that a column, alias type or sequence has, and whether it is an alias. */
  typeOf(row: Row): Row {
    const type = this.types.get(number(row, "user_type_id"));
    if (type === undefined) throw new TypeError("The catalog lacks a type. This is a bug.");
    return type;
  }

  /** The row of a system type. */
  systemType(systemTypeId: number): Row | undefined {
    return this.types.get(systemTypeId);
  }

  isUserTable(objectId: number): boolean {
    return this.of("tables", "object_id", objectId).length > 0;
  }

  #nameIn(rows: ById, id: number): string {
    const row = rows.get(id);
    if (row === undefined)
      throw new TypeError(`The catalog lacks the name of ${id}. This is a bug.`);
    return text(row, "name");
  }
}
