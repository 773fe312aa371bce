import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  SchemaModule,
  SchemaTable,
  SqlServerSchema,
} from "../../../schemas/sql-server-schema.ts";
import { quotePath } from "../names.ts";

type Named = { readonly schema: string; readonly name: string };

/** A few tables of a schema with what they cannot stand without. */
export interface PartOfSchema {
  readonly schema: SqlServerSchema;
  /** Foreign keys to tables that are not in it, as `dbo.Part.FK_Part to dbo.Item`. */
  readonly foreignKeys: readonly string[];
  /** Temporal tables whose history is not in it: they are plain tables. */
  readonly plain: readonly string[];
}

/** All T-SQL that a table's definition has. */
function definitionsOf({ columns, checks }: SchemaTable): string {
  const texts = [
    ...columns.flatMap((column) => [
      column.type,
      column.default?.definition ?? "",
      column.computed?.definition ?? "",
    ]),
    ...checks.map(({ definition }) => definition),
  ];
  return texts.join("\n").toLowerCase();
}

function isNamedIn(text: string, { name }: Named): boolean {
  return text.includes(name.toLowerCase());
}

/** Functions that the definitions name, with those that these need. */
function functionsOf(text: string, modules: readonly SchemaModule[]): readonly SchemaModule[] {
  const byName = new Map(modules.map((module) => [`${module.schema}.${module.name}`, module]));
  const kept = new Set(
    modules.filter(
      (module) => module.kind === "function" && module.isNeededByTable && isNamedIn(text, module),
    ),
  );
  for (const { needs } of kept) {
    for (const need of needs) {
      const needed = byName.get(need);
      if (needed?.kind === "function") kept.add(needed);
    }
  }
  return [...kept];
}

/** Without foreign keys to other tables than those, and without versions that lie in none of them. */
export function reduceTable(table: SchemaTable, names: ReadonlySet<string>): SchemaTable {
  const { temporal, ...rest } = table;
  const history = temporal?.history ?? null;
  const isWhole = history === null || names.has(formatTableName(history));
  return {
    ...rest,
    owner: null,
    foreignKeys: table.foreignKeys.filter(({ references }) =>
      names.has(formatTableName(references)),
    ),
    ...(temporal === undefined || !isWhole ? {} : { temporal }),
  };
}

/** Foreign keys to other tables than those, as `dbo.Part.FK_Part to dbo.Item`. */
export function foreignKeysElsewhere(
  table: SchemaTable,
  names: ReadonlySet<string>,
): readonly string[] {
  return table.foreignKeys
    .filter(({ references }) => !names.has(formatTableName(references)))
    .map(
      ({ name, references }) =>
        `${formatTableName(table)}.${name} to ${formatTableName(references)}`,
    );
}

/**
 * The tables of those names with their indexes and constraints, and the types, functions, sequences and bound defaults that
 * their definitions name. No users, rights, triggers, views or procedures.
 */
export function partOfSchema(schema: SqlServerSchema, names: ReadonlySet<string>): PartOfSchema {
  const whole = schema.tables.filter((table) => names.has(formatTableName(table)));
  const tables = whole.map((table) => reduceTable(table, names));
  const text = tables.map(definitionsOf).join("\n");
  const paths = tables.map((table) => quotePath(table.schema, table.name));
  const bindings = schema.bindings.filter(({ target }) =>
    paths.some((path) => target.startsWith(`${path}.`)),
  );
  const bound = new Set(bindings.map(({ object }) => `${object.schema}.${object.name}`));
  const early = schema.modules.filter(
    ({ kind, ...module }) =>
      (kind === "default" || kind === "rule") && bound.has(`${module.schema}.${module.name}`),
  );
  const modules = [...early, ...functionsOf(text, schema.modules)];
  const types = schema.types.filter((type) => isNamedIn(text, type));
  const sequences = schema.sequences.filter((sequence) => isNamedIn(text, sequence));
  const used = new Set([...tables, ...modules, ...types, ...sequences].map((item) => item.schema));
  const withoutOwner = <T extends { readonly owner: string | null }>(item: T): T => ({
    ...item,
    owner: null,
  });
  return {
    schema: {
      ...schema,
      schemas: schema.schemas
        .filter(({ name }) => used.has(name))
        .map(({ name }) => ({ name, owner: "dbo" })),
      types: types.map(withoutOwner),
      tableTypes: [],
      sequences: sequences.map(withoutOwner),
      synonyms: [],
      tables,
      modules: modules.map(withoutOwner),
      bindings,
      viewIndexes: [],
      principals: [],
      members: [],
      permissions: [],
      properties: schema.properties.filter(({ path: [of, item] }) =>
        tables.some(
          (table) =>
            of?.name === table.schema && item?.name === table.name && item.type === "TABLE",
        ),
      ),
      policies: [],
    },
    foreignKeys: whole.flatMap((table) => foreignKeysElsewhere(table, names)),
    plain: whole
      .filter(({ temporal }, at) => temporal !== undefined && tables[at]?.temporal === undefined)
      .map(formatTableName),
  };
}
