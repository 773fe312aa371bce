import type { Column } from "../../storage/columns.ts";
import type { ForeignKey, Index, SchemaObject, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { formatType } from "../../values/type-names.ts";
import { longName } from "../changes/row-times.ts";

/** Whether two tables are so alike that rows may pass from one to the other (learn.microsoft.com: ALTER TABLE, SWITCH). */

export interface SwitchPair {
  readonly database: StoredDatabase;
  readonly source: Table;
  readonly target: Table;
}

interface NamedPair extends SwitchPair {
  /** In three parts. */
  readonly from: string;
  readonly to: string;
}

function fail(number: number, text: string): never {
  raise(number, `ALTER TABLE SWITCH statement failed${text}`);
}

/** Throws 4913, 4942 to 4947, 4952, 4958, 4960, 4965 to 4971, 4974 and 4985 for differences. */
export function checkSwitch(pair: SwitchPair): void {
  const { database, source, target } = pair;
  const from = longName({ database, table: source });
  const to = longName({ database, table: target });
  const named: NamedPair = { ...pair, from, to };
  checkColumns(named);
  checkIndexes(named);
  checkKeys(named);
  checkConditions(named);
}

function checkColumns({ source, target, from, to }: NamedPair): void {
  const [own, others] = [source.columns, target.columns];
  if (own.length !== others.length) {
    fail(
      4943,
      ` because table '${from}' has ${own.length} columns and table '${to}' has ${others.length} columns.`,
    );
  }
  for (const [index, column] of own.entries()) {
    const other = others[index];
    if (other === undefined) continue;
    if (other.name !== column.name) {
      fail(
        4942,
        ` because column '${column.name}' at ordinal ${index + 1} in table '${from}' has a different name than the column '${other.name}' at the same ordinal in table '${to}'.`,
      );
    }
    checkType(column, other, { from, to });
    checkComputed(column, other, { from, to });
    for (const [number, what, of] of PROPERTIES) {
      if (of(column) === of(other)) continue;
      fail(
        number,
        ` because column '${column.name}' does not have the same ${what} in tables '${from}' and '${to}'.`,
      );
    }
  }
}

const PROPERTIES: readonly (readonly [number, string, (column: Column) => unknown])[] = [
  [4945, "collation", ({ type }) => type.collation],
  [4985, "nullability attribute", ({ nullable }) => nullable],
  [4952, "ANSI trimming semantics", ({ isAnsiPadded }) => isAnsiPadded],
  [4946, "persistent attribute", ({ computed }) => computed?.persisted],
  [4958, "ROWGUIDCOL property", ({ isRowGuid }) => isRowGuid],
];

type Names = Pick<NamedPair, "from" | "to">;

function checkType(column: Column, other: Column, { from, to }: Names): void {
  const [type, wanted] = [formatType(column.type), formatType(other.type)];
  if (type === wanted) return;
  fail(
    4944,
    ` because column '${column.name}' has data type ${type} in source table '${from}' which is different from its type ${wanted} in target table '${to}'.`,
  );
}

function checkComputed({ name, computed }: Column, other: Column, { from, to }: Names): void {
  const wanted = other.computed;
  if ((computed === undefined) !== (wanted === undefined)) {
    const [has, lacks] = computed === undefined ? [to, from] : [from, to];
    fail(
      4965,
      `. Column '${name}' in table '${has}' is computed column but the same column in '${lacks}' is not computed.`,
    );
  }
  if (computed?.definition === wanted?.definition) return;
  fail(
    4966,
    `. Computed column '${name}' defined as '${computed?.definition ?? ""}' in table '${from}' is different from the same column in table '${to}' defined as '${wanted?.definition ?? ""}'.`,
  );
}

function checkIndexes({ source, target, from, to }: NamedPair): void {
  const [first, wanted] = [source.indexes[0], target.indexes[0]];
  if (first?.kind === "clustered" && wanted?.kind !== "clustered") {
    fail(
      4913,
      `. The table '${from}' has clustered index '${first.name}' while the table '${to}' does not have clustered index.`,
    );
  }
  const known = new Set(source.indexes.map((index) => shapeOf(index, source)));
  const missing = target.indexes.find(
    (index) => index.kind !== "heap" && !known.has(shapeOf(index, target)),
  );
  if (missing === undefined) return;
  fail(
    4947,
    `. There is no identical index in source table '${from}' for the index '${missing.name}' in target table '${to}' .`,
  );
}

function shapeOf(index: Index, { columns }: Table): string {
  const placeOf = (id: number): number => columns.findIndex(({ columnId }) => columnId === id);
  const { kind, unique, isPrimaryKey, isUniqueConstraint, filter, disabled, compression } = index;
  const keys = index.keys.map((key) => [placeOf(key.columnId), key.descending]);
  const included = index.included.map(placeOf).toSorted((a, b) => a - b);
  const kept = { kind, unique, isPrimaryKey, isUniqueConstraint, filter, disabled, compression };
  return JSON.stringify({ ...kept, keys, included });
}

function checkKeys({ database, source, target, from, to }: NamedPair): void {
  const { catalog } = database;
  const incoming = catalog
    .objectsOfType("F")
    .find(({ referencedId }) => referencedId === source.objectId);
  if (incoming !== undefined) {
    fail(
      4967,
      `. SWITCH is not allowed because source table '${from}' contains primary key for constraint '${incoming.name}'.`,
    );
  }
  const keysOf = ({ objectId }: Table): ForeignKey[] =>
    catalog.childrenOf(objectId).filter((object) => object.type === "F");
  const own = keysOf(source);
  for (const key of keysOf(target)) {
    const match = own.find((item) => keyShape(item, source) === keyShape(key, target));
    if (match === undefined) {
      fail(
        4968,
        `. Target table '${to}' has foreign key for constraint '${key.name}' but source table '${from}' does not have corresponding key.`,
      );
    }
    if (match.disabled && !key.disabled) {
      fail(
        4969,
        `. Foreign key constraint '${match.name}' is disabled in source table '${from}' and the corresponding constraint '${key.name}' is enabled in target table '${to}'. The source table constraint must be enabled.`,
      );
    }
    if (!match.trusted && key.trusted) {
      fail(
        4974,
        `. Foreign key constraint '${match.name}' is NOCHECK in source table '${from}' and the corresponding constraint '${key.name}' is CHECK in target table '${to}'. The source table constraint must be in CHECK.`,
      );
    }
  }
}

function keyShape({ columns, referencedId }: ForeignKey, table: Table): string {
  const placeOf = (id: number): number =>
    table.columns.findIndex(({ columnId }) => columnId === id);
  const pairs = columns.map((pair) => [placeOf(pair.column), pair.referenced]);
  return JSON.stringify([referencedId, pairs]);
}

/** Servers see that one condition implies another; here the source must have the same one. */
function checkConditions({ database, source, target, from, to }: NamedPair): void {
  const checksOf = ({ objectId }: Table): Extract<SchemaObject, { type: "C" }>[] =>
    database.catalog.childrenOf(objectId).filter((object) => object.type === "C");
  const own = checksOf(source);
  for (const check of checksOf(target)) {
    if (check.disabled) continue;
    const match = own.find(
      ({ definition, disabled }) => definition === check.definition && !disabled,
    );
    if (match === undefined) {
      const [number, level] = check.columnId === 0 ? [4970, "table"] : [4971, "column"];
      fail(
        Number(number),
        `. Target table '${to}' has a ${level} level check constraint '${check.name}' but the source table '${from}' does not have a corresponding constraint.`,
      );
    }
    if (match.trusted || !check.trusted) continue;
    fail(
      4960,
      `. Check constraint '${match.name}' in source table '${from}' is NOCHECK constraint but the matching check constraint '${check.name}' in target table '${to}' is CHECK.`,
    );
  }
}
