import type { SchemaTable, SqlServerSchema } from "../../schemas/sql-server-schema.ts";
import { formatTableName } from "../kit/table-name.ts";

export interface SchemaDifference {
  readonly change: "added" | "removed" | "changed";
  /** `table`, `column`, `index`, `view`, … */
  readonly kind: string;
  /** `dbo.Orders`; of what belongs to a table, its own name. */
  readonly name: string;
  /** The table that it belongs to. */
  readonly table: string | null;
  /** What is another one: `type: int -> bigint`; empty where it is too long to tell. */
  readonly details: readonly string[];
}

/** Something with a name, to be compared. */
interface Item {
  readonly kind: string;
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Texts and numbers up to that length are shown. */
const SHORT = 60;

function shown(value: unknown): string | undefined {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= SHORT && !text.includes("\n") ? text : undefined;
}

function detailsOf(before: Item["content"], after: Item["content"]): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [one, other] = [before[name], after[name]];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    const [from, to] = [shown(one ?? null), shown(other ?? null)];
    return [from === undefined || to === undefined ? name : `${name}: ${from} -> ${to}`];
  });
}

function compareItems(
  before: readonly Item[],
  after: readonly Item[],
  table: string | null,
): readonly SchemaDifference[] {
  const idOf = ({ kind, name }: Item) => JSON.stringify([kind, name]);
  const olds = new Map(before.map((item) => [idOf(item), item]));
  const news = new Map(after.map((item) => [idOf(item), item]));
  const removed = before.filter((item) => !news.has(idOf(item)));
  const rest = after.flatMap((item): readonly SchemaDifference[] => {
    const { kind, name } = item;
    const old = olds.get(idOf(item));
    if (old === undefined) return [{ change: "added", kind, name, table, details: [] }];
    const details = detailsOf(old.content, item.content);
    return details.length === 0 ? [] : [{ change: "changed", kind, name, table, details }];
  });
  return [
    ...removed.map(({ kind, name }) => ({
      change: "removed" as const,
      kind,
      name,
      table,
      details: [],
    })),
    ...rest,
  ];
}

function named(kind: string, items: readonly { readonly name: string }[]): readonly Item[] {
  return items.map((item) => ({ kind, name: item.name, content: { ...item } }));
}

function inSchema(
  kind: string,
  items: readonly { readonly schema: string; readonly name: string }[],
): readonly Item[] {
  return items.map((item) => ({ kind, name: formatTableName(item), content: { ...item } }));
}

/** What belongs to a table by name. The order of columns counts as theirs. */
function partsOf({ columns, indexes, checks, foreignKeys }: SchemaTable): readonly Item[] {
  return [
    ...named("column", columns),
    ...named("index", indexes),
    ...named("check", checks),
    ...named("foreign key", foreignKeys),
  ];
}

const PARTS: ReadonlySet<string> = new Set([
  "columns",
  "indexes",
  "checks",
  "foreignKeys",
  // Moves with each new row.
  "identityValue",
]);

function withoutParts(item: Item): Item {
  const content = Object.entries(item.content).filter(([name]) => !PARTS.has(name));
  return { ...item, content: Object.fromEntries(content) };
}

function tableDifferences(
  before: SqlServerSchema,
  after: SqlServerSchema,
): readonly SchemaDifference[] {
  const items = ({ tables }: SqlServerSchema) => inSchema("table", tables).map(withoutParts);
  const own = compareItems(items(before), items(after), null);
  const olds = new Map(before.tables.map((table) => [formatTableName(table), table]));
  const parts = after.tables.flatMap((table) => {
    const name = formatTableName(table);
    const old = olds.get(name);
    return old === undefined ? [] : compareItems(partsOf(old), partsOf(table), name);
  });
  return [...own, ...parts];
}

/** Everything but tables. */
function otherItems(schema: SqlServerSchema): readonly Item[] {
  const { sequences, modules, principals, permissions } = schema;
  const option = (name: string, value: unknown) => ({
    kind: "database option",
    name,
    content: { value },
  });
  return [
    option("collation", schema.database.collation),
    option("compatibility level", schema.database.compatibilityLevel),
    ...Object.entries(schema.database.options).map(([name, value]) => option(name, value)),
    ...named("schema", schema.schemas),
    ...inSchema("type", schema.types),
    ...inSchema("table type", schema.tableTypes),
    ...inSchema(
      "sequence",
      sequences.map((sequence) => ({ ...sequence, value: null })),
    ),
    ...inSchema("synonym", schema.synonyms),
    ...modules.flatMap((module) => inSchema(module.kind.replaceAll("_", " "), [module])),
    ...schema.bindings.map(({ kind, object, target }) => ({
      kind: `binding of a ${kind}`,
      name: `${formatTableName(object)} to ${target}`,
      content: {},
    })),
    ...schema.viewIndexes.map(({ view, index }) => ({
      kind: "index",
      name: `${index.name} on ${formatTableName(view)}`,
      content: index,
    })),
    ...principals.flatMap((principal) => named(principal.kind, [principal])),
    ...schema.members.map(({ role, member }) => ({
      kind: "member",
      name: `${member} of ${role}`,
      content: {},
    })),
    ...permissions.map(({ permission, securable, grantee, grantor, columns, state }) => ({
      kind: "permission",
      name: [
        permission,
        securable === "" ? "" : `on ${securable}`,
        columns.join(", "),
        `to ${grantee}`,
      ]
        .filter((part) => part !== "")
        .join(" "),
      content: { state, grantor },
    })),
    ...schema.properties.map(({ name, path, value }) => ({
      kind: "extended property",
      name: [...path.map((part) => part.name), name].join("."),
      content: { value },
    })),
  ];
}

/** What differs between two schemas, by name. Values that move with the rows, of identities and sequences, are left out. */
export function schemaDifferences(
  before: SqlServerSchema,
  after: SqlServerSchema,
): readonly SchemaDifference[] {
  return [
    ...tableDifferences(before, after),
    ...compareItems(otherItems(before), otherItems(after), null),
  ];
}
