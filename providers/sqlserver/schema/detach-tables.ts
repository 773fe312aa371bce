import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  SchemaColumn,
  SchemaTable,
  SqlServerSchema,
} from "../../../schemas/sql-server-schema.ts";
import { compareOrdinal, quotePath } from "../names.ts";
import { expressionNeeds, namesColumn } from "./named-objects.ts";
import { foreignKeysElsewhere, reduceTable } from "./part-of-schema.ts";

/** What tables lose that come back beside others, each by name. */
export interface DetachedParts {
  /** `dbo.Part.FK_Part to dbo.Item`: the table was not chosen, or the column is lost. */
  readonly foreignKeys: readonly string[];
  /** Temporal tables whose history was not chosen: they are plain tables. */
  readonly plain: readonly string[];
  /** Temporal tables whose versions the source kept for some time only: here they stay. */
  readonly retained: readonly string[];
  /** `dbo.Part.Price (decimal(19, 4) for [dbo].[Money4])` */
  readonly types: readonly string[];
  /** Computed columns, defaults and checks that call something of the database, with what stands on them. */
  readonly expressions: readonly string[];
  /** `dbo.Part.Price`: bound to an old default or rule. */
  readonly bindings: readonly string[];
  readonly triggers: readonly string[];
  /** Security policies that filter or guard their rows. */
  readonly policies: readonly string[];
  /** On the tables and their columns. */
  readonly permissions: number;
}

/** Tables that stand by themselves: nothing in them names anything but each other and types of the server. */
export interface DetachedTables {
  /** Only tables and their properties, all in one schema. */
  readonly schema: SqlServerSchema;
  /** By their names in the source. */
  readonly tables: ReadonlyMap<string, SchemaTable>;
  readonly lost: DetachedParts;
}

interface Detached {
  readonly table: SchemaTable;
  readonly types: readonly string[];
  readonly expressions: readonly string[];
  readonly foreignKeys: readonly string[];
}

interface Source {
  readonly schema: SqlServerSchema;
  readonly names: ReadonlySet<string>;
  readonly needs: (definition: string) => boolean;
  /** Columns that cannot come along, by table. */
  readonly lost: ReadonlyMap<string, ReadonlySet<string>>;
}

function lostColumns(table: SchemaTable, needs: Source["needs"]): ReadonlySet<string> {
  return new Set(
    table.columns
      .filter(({ computed }) => computed !== null && needs(computed.definition))
      .map(({ name }) => name),
  );
}

function baseType(column: SchemaColumn, { schema }: Source): SchemaColumn {
  const alias = schema.types.find((type) => quotePath(type.schema, type.name) === column.type);
  return alias === undefined ? column : { ...column, type: alias.base };
}

function keptDefault(column: SchemaColumn, { needs }: Source): SchemaColumn {
  const isLost = column.default !== null && needs(column.default.definition);
  return isLost ? { ...column, default: null } : column;
}

function keptIndexes(table: SchemaTable, lost: ReadonlySet<string>) {
  return table.indexes.filter(
    ({ keys, included }) =>
      !keys.some(({ column }) => lost.has(column)) && !included.some((name) => lost.has(name)),
  );
}

function keptKeys({ foreignKeys }: SchemaTable, source: Source, lost: ReadonlySet<string>) {
  return foreignKeys.filter(({ columns, references }) => {
    const there = source.lost.get(formatTableName(references)) ?? new Set();
    return (
      !columns.some((name) => lost.has(name)) && !references.columns.some((name) => there.has(name))
    );
  });
}

function isLost<T>(kept: readonly T[]): (item: T) => boolean {
  const set = new Set(kept);
  return (item) => !set.has(item);
}

/** One table without what names other things; not yet in its new schema. */
function detach(whole: SchemaTable, source: Source): Detached {
  const path = formatTableName(whole);
  const table = reduceTable(whole, source.names);
  const lost = source.lost.get(path) ?? new Set();
  const columns = table.columns
    .filter(({ name }) => !lost.has(name))
    .map((column) => keptDefault(baseType(column, source), source));
  const indexes = keptIndexes(table, lost);
  const checks = table.checks.filter(
    ({ definition }) => !source.needs(definition) && !namesColumn(definition, lost),
  );
  const foreignKeys = keptKeys(table, source, lost);
  const named = (items: readonly { readonly name: string }[]) =>
    items.map(({ name }) => `${path}.${name}`);
  const byName = new Map(table.columns.map((column) => [column.name, column] as const));
  return {
    table: { ...table, columns, indexes, checks, foreignKeys },
    types: columns.flatMap(({ name, type }) => {
      const was = byName.get(name)?.type ?? type;
      return was === type ? [] : [`${path}.${name} (${type} for ${was})`];
    }),
    expressions: [
      ...[...lost].map((name) => `${path}.${name}`),
      ...columns.flatMap(({ name, default: kept }) => {
        const was = byName.get(name)?.default ?? null;
        return was === null || kept !== null ? [] : [`${path}.${was.name}`];
      }),
      ...named(table.checks.filter(isLost(checks))),
      ...named(table.indexes.filter(isLost(indexes))),
    ],
    foreignKeys: [
      ...foreignKeysElsewhere(whole, source.names),
      ...table.foreignKeys
        .filter(isLost(foreignKeys))
        .map(({ name, references }) => `${path}.${name} to ${formatTableName(references)}`),
    ],
  };
}

/** Versions stay for ever: a live database would remove aged ones at once, and its switch for that is not the restore's. */
function move(table: SchemaTable, into: string): SchemaTable {
  const { temporal, ...rest } = table;
  const moved = {
    ...rest,
    schema: into,
    foreignKeys: table.foreignKeys.map((key) => ({
      ...key,
      references: { ...key.references, schema: into },
    })),
  };
  if (temporal === undefined) return moved;
  const { history } = temporal;
  const there = history === null ? null : { schema: into, name: history.name, retention: null };
  return { ...moved, temporal: { ...temporal, history: there } };
}

/** Names of what a property may stand on below a table. */
function partNames({ columns, indexes, checks, foreignKeys }: SchemaTable): ReadonlySet<string> {
  const defaults = columns.flatMap((column) => column.default ?? []);
  return new Set(
    [...columns, ...indexes, ...checks, ...foreignKeys, ...defaults].map(({ name }) => name),
  );
}

function movedProperties(
  properties: SqlServerSchema["properties"],
  tables: readonly Detached[],
  into: string,
): SqlServerSchema["properties"] {
  return properties.flatMap((property) => {
    const [of, item, part, ...deeper] = property.path;
    const found = tables.find(
      ({ table }) => table.schema === of?.name && table.name === item?.name,
    );
    if (of === undefined || item?.type !== "TABLE" || found === undefined) return [];
    if (part !== undefined && !partNames(found.table).has(part.name)) return [];
    const rest = part === undefined ? [] : [part, ...deeper];
    return [{ ...property, path: [{ ...of, name: into }, item, ...rest] }];
  });
}

/** Nothing but these tables and properties; all else of a schema is empty. */
function onlyTables(
  { format, database }: SqlServerSchema,
  tables: readonly SchemaTable[],
  properties: SqlServerSchema["properties"],
): SqlServerSchema {
  return {
    format,
    database: { ...database, options: {} },
    schemas: [],
    types: [],
    tableTypes: [],
    sequences: [],
    synonyms: [],
    tables: [...tables],
    modules: [],
    bindings: [],
    viewIndexes: [],
    principals: [],
    members: [],
    permissions: [],
    properties,
  };
}

function sideParts(schema: SqlServerSchema, tables: readonly SchemaTable[]) {
  const names = new Set(tables.map(formatTableName));
  const paths = tables.map((table) => quotePath(table.schema, table.name));
  const triggers = schema.modules.filter(({ trigger }) => {
    const on = trigger?.on ?? null;
    return on !== null && names.has(formatTableName(on));
  });
  const policies = (schema.policies ?? []).filter(({ predicates }) =>
    predicates.some(({ table }) => names.has(formatTableName(table))),
  );
  const securables = new Set(paths.map((path) => `OBJECT::${path}`));
  return {
    bindings: schema.bindings
      .filter(({ target }) => paths.some((path) => target.startsWith(`${path}.`)))
      .map(({ target }) => target),
    triggers: triggers.map(formatTableName),
    policies: policies.map(formatTableName),
    permissions: schema.permissions.filter(({ securable }) => securables.has(securable)).length,
  };
}

/** The tables of those names (`schema.table`), as they can stand by themselves in the schema `into`. */
export function detachTables(
  schema: SqlServerSchema,
  names: ReadonlySet<string>,
  into: string,
): DetachedTables {
  const whole = schema.tables.filter((table) => names.has(formatTableName(table)));
  const needs = expressionNeeds(schema);
  const lost = new Map(whole.map((table) => [formatTableName(table), lostColumns(table, needs)]));
  const detached = whole.map((table) => detach(table, { schema, names, needs, lost }));
  const tables = new Map(
    detached.map(({ table }) => [formatTableName(table), move(table, into)] as const),
  );
  const properties = movedProperties(schema.properties, detached, into);
  return {
    schema: onlyTables(schema, [...tables.values()], properties),
    tables,
    lost: {
      foreignKeys: detached.flatMap(({ foreignKeys }) => foreignKeys),
      plain: whole
        .filter(({ temporal }, at) => temporal !== undefined && !detached[at]?.table.temporal)
        .map(formatTableName),
      retained: detached.flatMap(({ table }) =>
        (table.temporal?.history?.retention ?? null) === null ? [] : [formatTableName(table)],
      ),
      types: detached.flatMap(({ types }) => types),
      expressions: detached.flatMap(({ expressions }) => expressions),
      ...sideParts(schema, whole),
    },
  };
}

/** Names that objects of a schema cannot share: tables, keys, defaults, checks and foreign keys. */
export function objectNames({ tables }: SqlServerSchema): readonly string[] {
  return tables
    .flatMap((table) => [
      table,
      ...table.indexes.filter(({ role }) => role !== "index"),
      ...table.checks,
      ...table.foreignKeys,
      ...table.columns.flatMap((column) => column.default ?? []),
    ])
    .map(({ name }) => name)
    .toSorted(compareOrdinal);
}

/** Tables of one schema of a database as if they stood in another. */
export function movedFrom(schema: SqlServerSchema, from: string, into: string): SqlServerSchema {
  const here = schema.tables.filter((table) => table.schema === from);
  const properties = schema.properties.filter(
    ({ path: [of, item] }) => of?.name === from && item !== undefined,
  );
  return onlyTables(
    schema,
    here.map((table) => move(table, into)),
    properties.map(({ path: [, ...rest], ...property }) => ({
      ...property,
      path: [{ type: "SCHEMA", name: into }, ...rest],
    })),
  );
}
