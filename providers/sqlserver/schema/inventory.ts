import type { InventoryCount } from "../../../core/resource/database-capture.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { compareOrdinal } from "../names.ts";

/** One thing that a schema has. */
export interface InventoryItem {
  readonly kind: string;
  readonly name: string;
}

const INDEX_KINDS = {
  primary_key: "primary_key",
  unique_constraint: "unique_constraint",
  index: "index",
} as const;

type Table = SqlServerSchema["tables"][number];

function partsOfPeriod({ schema, name, temporal }: Table): InventoryItem[] {
  if (temporal === undefined) return [];
  const path = `${schema}.${name}`;
  const { history } = temporal;
  return [
    { kind: "period", name: path },
    ...temporal.hidden.map((column) => ({ kind: "hidden_column", name: `${path}.${column}` })),
    ...(history === null
      ? []
      : [{ kind: "history", name: `${path} in ${history.schema}.${history.name}` }]),
  ];
}

function partsOfTable(table: Table): InventoryItem[] {
  const path = `${table.schema}.${table.name}`;
  const named = (kind: string, items: readonly { readonly name: string }[]): InventoryItem[] =>
    items.map(({ name }) => ({ kind, name: `${path}.${name}` }));
  return [
    { kind: "table", name: path },
    ...named("column", table.columns),
    ...table.indexes.map(({ role, name }) => ({
      kind: INDEX_KINDS[role],
      name: `${path}.${name}`,
    })),
    ...named("check_constraint", table.checks),
    ...named("foreign_key", table.foreignKeys),
    ...named(
      "default_constraint",
      table.columns.flatMap((column) => column.default ?? []),
    ),
    ...partsOfPeriod(table),
  ];
}

function listOf(
  kind: string,
  items: readonly { readonly schema?: string; readonly name: string }[],
): InventoryItem[] {
  return items.map(({ schema, name }) => ({
    kind,
    name: schema === undefined ? name : `${schema}.${name}`,
  }));
}

/** Everything that a schema has, by kind and full name. */
export function listInventory(schema: SqlServerSchema): readonly InventoryItem[] {
  return [
    ...listOf("schema", schema.schemas),
    ...listOf("type", schema.types),
    ...listOf("table_type", schema.tableTypes),
    ...listOf("sequence", schema.sequences),
    ...listOf("synonym", schema.synonyms),
    ...schema.tables.flatMap(partsOfTable),
    ...schema.modules.map(({ kind, schema: owner, name }) => ({ kind, name: `${owner}.${name}` })),
    ...schema.viewIndexes.map(({ view, index }) => ({
      kind: "index",
      name: `${view.schema}.${view.name}.${index.name}`,
    })),
    ...listOf("security_policy", schema.policies ?? []),
    ...schema.principals.map(({ kind, name }) => ({ kind, name })),
    ...schema.members.map(({ role, member }) => ({
      kind: "role_member",
      name: `${role}.${member}`,
    })),
    ...schema.permissions.map((item) => ({
      kind: "permission",
      name: `${item.state} ${item.permission} ${item.securable} ${item.columns.join()} ${item.grantee}`,
    })),
    ...schema.properties.map(({ path, name }) => ({
      kind: "extended_property",
      name: [...path.map((level) => level.name), name].join("."),
    })),
  ];
}

/** How many of each kind, by kind. */
export function countInventory(items: readonly InventoryItem[]): readonly InventoryCount[] {
  return [...Map.groupBy(items, ({ kind }) => kind)]
    .map(([kind, group]) => ({ kind, count: group.length }))
    .toSorted((left, right) => compareOrdinal(left.kind, right.kind));
}
