import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";

interface Named {
  readonly schema: string;
  readonly name: string;
}

function escape(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function nameForms(name: string): string {
  return String.raw`(?:\[${escape(name.replaceAll("]", "]]"))}\]|${escape(name)}(?![\w$#@]))`;
}

function pathOf({ schema, name }: Named): RegExp {
  return new RegExp(`${nameForms(schema)}\\s*\\.\\s*${nameForms(name)}`, "iu");
}

/** In CONVERT and CAST a type needs no schema. */
function typeOf({ name }: Named): RegExp {
  return new RegExp(`(?:\\bAS\\s+|\\b(?:TRY_)?CONVERT\\s*\\(\\s*)${nameForms(name)}`, "iu");
}

const NEXT_VALUE = /\bNEXT\s+VALUE\s+FOR\b/iu;

/**
 * Whether an expression of a table (default, check, computed column) names something else of its database: a function, a
 * sequence or an alias type. Functions stand with their schema there, as the language asks it.
 */
export function expressionNeeds(schema: SqlServerSchema): (definition: string) => boolean {
  const patterns = [
    ...schema.modules.filter(({ kind }) => kind === "function").map(pathOf),
    ...schema.types.flatMap((type) => [pathOf(type), typeOf(type)]),
  ];
  return (definition) =>
    NEXT_VALUE.test(definition) || patterns.some((pattern) => pattern.test(definition));
}

/** Whether an expression names a column. Catalogs write names in brackets. */
export function namesColumn(definition: string, columns: ReadonlySet<string>): boolean {
  const text = definition.toLowerCase();
  return [...columns].some((column) =>
    text.includes(`[${column.replaceAll("]", "]]")}]`.toLowerCase()),
  );
}
