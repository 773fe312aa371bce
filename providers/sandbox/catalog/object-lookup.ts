import type { SystemContext } from "../engine/system-registry.ts";
import type { Column } from "../storage/columns.ts";
import type { Database, Schema } from "../storage/database.ts";
import type { SchemaObject } from "../storage/schema-object.ts";

const PART = /\s*(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.[\]"]*))\s*(\.|$)/y;

/** `[a].b."c"` cut into its parts, quotes undone; undefined when the text is no name or has more than four parts. */
export function splitName(text: string): string[] | undefined {
  const parts: string[] = [];
  PART.lastIndex = 0;
  for (;;) {
    const match = PART.exec(text);
    if (match === null) return undefined;
    const [, bracketed, quoted, plain = "", separator] = match;
    parts.push(bracketed?.replaceAll("]]", "]") ?? quoted?.replaceAll('""', '"') ?? plain.trim());
    if (separator === "") break;
  }
  return parts.length > 4 || parts.at(-1) === "" ? undefined : parts;
}

/** The schema that names without one are looked up in first. */
export function defaultSchema({ database, userId }: SystemContext): Schema | undefined {
  const { catalog } = database;
  const user = userId === undefined ? undefined : catalog.principals.get(userId);
  return catalog.findSchema(user?.defaultSchema ?? "dbo");
}

export interface FoundObject {
  readonly database: Database;
  readonly object: SchemaObject;
}

/** The object that a text names, in whatever database it says; undefined when there is none or the session may not see it. */
export function findObjectByName(context: SystemContext, text: string): FoundObject | undefined {
  const parts = splitName(text);
  const name = parts?.at(-1);
  if (parts === undefined || name === undefined) return undefined;
  const databaseName = parts.at(-3);
  const database = databaseName ? context.server.findDatabase(databaseName) : context.database;
  if (database === undefined) return undefined;
  const object = findIn(context, database, { schema: parts.at(-2), name });
  return object !== undefined && isVisible(context, database, object)
    ? { database, object }
    : undefined;
}

/** Who may enter another database sees its names; within the current one it takes a right on the object. */
function isVisible(
  context: SystemContext,
  database: Database,
  { objectId, parentId }: SchemaObject,
): boolean {
  if (database.databaseId !== context.database.databaseId) return context.canEnter(database);
  return context.canSee(parentId === 0 ? objectId : parentId);
}

function findIn(
  context: SystemContext,
  { catalog, databaseId }: Database,
  { schema, name }: { schema: string | undefined; name: string },
): SchemaObject | undefined {
  if (schema) {
    const found = catalog.findSchema(schema);
    return found && catalog.findObject(found.schemaId, name);
  }
  const own = databaseId === context.database.databaseId ? defaultSchema(context) : undefined;
  const object = own && catalog.findObject(own.schemaId, name);
  return object ?? catalog.findObject(1, name);
}

export function columnsOf(object: SchemaObject | undefined): readonly Column[] {
  return object !== undefined && "columns" in object && object.type !== "F" ? object.columns : [];
}

export function findColumn(
  { catalog }: Database,
  object: SchemaObject | undefined,
  name: string,
): Column | undefined {
  return columnsOf(object).find((column) => catalog.sameName(column.name, name));
}

/** The definition of a module or constraint; undefined when there is none to show. */
export function definitionOf(object: SchemaObject): string | undefined {
  if ("module" in object) return object.module.isEncrypted ? undefined : object.module.definition;
  if (object.type === "D" && object.statement !== undefined) return object.statement;
  return object.type === "C" || object.type === "D" ? object.definition : undefined;
}
