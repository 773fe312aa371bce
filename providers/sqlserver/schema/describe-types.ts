import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal, quotePath } from "../names.ts";
import { type Catalog, compareNames } from "./catalog.ts";
import { declareSystemType, declareType, describeColumns } from "./describe-columns.ts";
import { describeChecks, describeIndexes } from "./describe-tables.ts";
import { flag, number, numberOrZero, text } from "./fields.ts";

/** Alias types. */
export function describeTypes(catalog: Catalog): SqlServerSchema["types"] {
  return catalog.rows.types
    .filter(
      (row) =>
        flag(row, "is_user_defined") &&
        !flag(row, "is_table_type") &&
        !flag(row, "is_assembly_type"),
    )
    .map((row) => {
      const system = catalog.systemType(number(row, "system_type_id"));
      if (system === undefined) throw new TypeError("An alias without its type. This is a bug.");
      return {
        ...catalog.nameOf(row),
        owner: catalog.owner(row),
        base: declareSystemType(text(system, "name"), row),
        isNullable: flag(row, "is_nullable"),
      };
    })
    .toSorted(compareNames);
}

/** Constraints of a table type cannot be named; the server makes names up, other ones each time. */
function withoutName<T extends { readonly name: string }>(item: T): T {
  return { ...item, name: "" };
}

export function describeTableTypes(catalog: Catalog): SqlServerSchema["tableTypes"] {
  return catalog.rows.tableTypes
    .map((row) => {
      const objectId = number(row, "type_table_object_id");
      return {
        ...catalog.nameOf(row),
        owner: catalog.owner(row),
        columns: describeColumns(catalog, objectId).map((column) => ({
          ...column,
          default: column.default && withoutName(column.default),
        })),
        indexes: describeIndexes(catalog, objectId).map((index) =>
          index.role === "index" ? index : withoutName(index),
        ),
        checks: describeChecks(catalog, objectId)
          .map(withoutName)
          .toSorted((left, right) => compareOrdinal(left.definition, right.definition)),
      };
    })
    .toSorted(compareNames);
}

function describeCache(row: Row): string {
  if (!flag(row, "is_cached")) return "NO CACHE";
  const size = numberOrZero(row, "cache_size");
  return size === 0 ? "CACHE" : `CACHE ${size}`;
}

/** `values`: the last value given out, by object; null for a sequence that was never used. */
export function describeSequences(
  catalog: Catalog,
  values: ReadonlyMap<number, string | null>,
): SqlServerSchema["sequences"] {
  return catalog.rows.sequences
    .map((row) => ({
      ...catalog.nameOf(row),
      owner: catalog.owner(row),
      type: declareSequenceType(catalog, row),
      start: text(row, "start_text"),
      increment: text(row, "increment_text"),
      minimum: text(row, "minimum_text"),
      maximum: text(row, "maximum_text"),
      isCycling: flag(row, "is_cycling"),
      cache: describeCache(row),
      value: values.get(number(row, "object_id")) ?? null,
    }))
    .toSorted(compareNames);
}

function declareSequenceType(catalog: Catalog, row: Row): string {
  const type = catalog.typeOf(row);
  const name = text(type, "name");
  if (flag(type, "is_user_defined")) return declareType(catalog, row);
  return name === "decimal" || name === "numeric"
    ? `${name}(${number(row, "precision")}, 0)`
    : name;
}

export function describeSynonyms(catalog: Catalog): SqlServerSchema["synonyms"] {
  return catalog.rows.synonyms
    .map((row) => ({
      ...catalog.nameOf(row),
      owner: catalog.owner(row),
      target: text(row, "base_object_name"),
    }))
    .toSorted(compareNames);
}

interface Bound {
  readonly column: string;
  readonly kind: "default" | "rule";
}

const BOUND: readonly Bound[] = [
  { column: "default_object_id", kind: "default" },
  { column: "rule_object_id", kind: "rule" },
];

function bindingsOf(catalog: Catalog, row: Row, target: string): SqlServerSchema["bindings"] {
  return BOUND.flatMap(({ column, kind }) => {
    const object = catalog.objects.get(numberOrZero(row, column));
    // A default constraint belongs to its column and is scripted with it; a bound default stands alone.
    if (object === undefined || numberOrZero(object, "parent_object_id") !== 0) return [];
    return [{ kind, object: catalog.nameOf(object), target }];
  });
}

/** Defaults and rules (CREATE DEFAULT, CREATE RULE) bound to columns and alias types. */
export function describeBindings(catalog: Catalog): SqlServerSchema["bindings"] {
  const ofTypes = catalog.rows.types
    .filter((row) => flag(row, "is_user_defined") && !flag(row, "is_table_type"))
    .flatMap((row) => bindingsOf(catalog, row, catalog.path(row)));
  const ofColumns = catalog.rows.tables.flatMap((table) => {
    const { schema, name } = catalog.nameOf(table);
    return catalog
      .columns(number(table, "object_id"))
      .flatMap((row) => bindingsOf(catalog, row, quotePath(schema, name, text(row, "name"))));
  });
  const key = (binding: SqlServerSchema["bindings"][number]): string =>
    `${binding.target} ${binding.kind}`;
  return [...ofTypes, ...ofColumns].toSorted((left, right) =>
    key(left) < key(right) ? -1 : Number(key(left) > key(right)),
  );
}
