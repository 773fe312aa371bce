import { parseBatch } from "../parser/parse-batch.ts";
import type { Database } from "../storage/database.ts";
import type { Module, SchemaObject } from "../storage/schema-object.ts";

/** A name that a module mentions as an object: table, view, procedure, function or sequence. */
export interface ModuleReference {
  readonly server: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly name: string;
}

const known = new WeakMap<Module, readonly ModuleReference[]>();

/** Every object that the text of a module names, once each; names of common table expressions are not told apart. */
export function moduleReferences(module: Module): readonly ModuleReference[] {
  const before = known.get(module);
  if (before !== undefined) return before;
  const found = referencesIn(module.definition, module.usesQuotedIdentifier);
  known.set(module, found);
  return found;
}

/** The same for an expression on its own, such as that of a constraint. */
export function expressionReferences(definition: string): readonly ModuleReference[] {
  return referencesIn(`SELECT CASE WHEN ${definition} THEN 1 END`, true).concat(
    referencesIn(`SELECT ${definition}`, true),
  );
}

function referencesIn(text: string, quotedIdentifier: boolean): ModuleReference[] {
  const parsed = parseBatch(text, { quotedIdentifier });
  const found = new Map<string, ModuleReference>();
  if (parsed.ok) collect(parsed.batch.statements, found);
  return [...found.values()];
}

/** Nodes of these kinds name an object under the key given. */
const NAMING: Readonly<Record<string, string>> = {
  table: "name",
  call: "name",
  execute: "procedure",
  next_value: "sequence",
  truncate_table: "table",
};

function collect(node: unknown, found: Map<string, ModuleReference>): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) addReference(node, found);
  for (const child of Object.values(node)) collect(child, found);
}

function addReference(node: object, found: Map<string, ModuleReference>): void {
  const key = "kind" in node && typeof node.kind === "string" ? NAMING[node.kind] : undefined;
  const target: unknown =
    key === undefined ? undefined : Object.entries(node).find(([name]) => name === key)?.[1];
  if (!isReference(target)) return;
  const isBuiltIn = "kind" in node && node.kind === "call" && target.schema === undefined;
  if (isBuiltIn) return;
  const { server, database, schema, name } = target;
  found.set(JSON.stringify([server, database, schema, name]), { server, database, schema, name });
}

function isReference(value: unknown): value is ModuleReference {
  return typeof value === "object" && value !== null && "name" in value && "start" in value;
}

/** The object that a reference means in its own database, for a module in the schema given. */
export function resolveReference(
  database: Database,
  reference: ModuleReference,
  schemaId: number,
): SchemaObject | undefined {
  const { catalog, options } = database;
  if (reference.server !== undefined) return undefined;
  const isElsewhere =
    reference.database !== undefined && !catalog.sameName(reference.database, options.name);
  if (isElsewhere) return undefined;
  if (reference.schema !== undefined) {
    const schema = catalog.findSchema(reference.schema);
    return schema && catalog.findObject(schema.schemaId, reference.name);
  }
  return catalog.findObject(schemaId, reference.name) ?? catalog.findObject(1, reference.name);
}
