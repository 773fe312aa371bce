import type { SystemContext, SystemTableFunction } from "../engine/system-registry.ts";
import type { Database, ExtendedProperty } from "../storage/database.ts";
import type { ObjectType, SchemaObject } from "../storage/schema-object.ts";
import type { SqlValue } from "../values/sql-type.ts";
import { columnsOf } from "./object-lookup.ts";
import { parseColumns } from "./view-definition.ts";

/** One step of the way to what a property hangs on: `SCHEMA dbo`, `TABLE t`, `COLUMN c`. */
interface Level {
  readonly type: string;
  readonly name: string;
}

const WORDS: Readonly<Partial<Record<ObjectType, string>>> = {
  U: "TABLE",
  V: "VIEW",
  P: "PROCEDURE",
  FN: "FUNCTION",
  IF: "FUNCTION",
  TF: "FUNCTION",
  SO: "SEQUENCE",
  SN: "SYNONYM",
  TR: "TRIGGER",
};

function schemaLevel({ catalog }: Database, schemaId: number): Level {
  return { type: "SCHEMA", name: catalog.schemas.get(schemaId)?.name ?? "" };
}

function objectLevels(database: Database, object: SchemaObject): Level[] {
  const own = { type: WORDS[object.type] ?? "CONSTRAINT", name: object.name };
  const parent = database.catalog.objects.get(object.parentId);
  return parent === undefined
    ? [schemaLevel(database, object.schemaId), own]
    : [...objectLevels(database, parent), own];
}

/** The part of an object that the minor id means; undefined for the object itself. */
function partLevel(object: SchemaObject, property: ExtendedProperty): Level | undefined {
  const id = property.minorId;
  const named = (type: string, part: { readonly name: string } | undefined) =>
    part && { type, name: part.name };
  if (property.class === 7) {
    const indexes = object.type === "U" ? object.indexes : [];
    return named(
      "INDEX",
      indexes.find(({ indexId }) => indexId === id),
    );
  }
  if (property.class === 2) {
    const parameters = "parameters" in object ? object.parameters : [];
    return named(
      "PARAMETER",
      parameters.find(({ parameterId }) => parameterId === id),
    );
  }
  return named(
    "COLUMN",
    columnsOf(object).find(({ columnId }) => columnId === id),
  );
}

/** Undefined when what the property hangs on is gone or may not be seen. */
function levelsOf(context: SystemContext, property: ExtendedProperty): Level[] | undefined {
  const { database } = context;
  const { catalog } = database;
  const { majorId } = property;
  switch (property.class) {
    case 0:
      return [];
    case 3:
      return [schemaLevel(database, majorId)];
    case 4: {
      const principal = catalog.principals.get(majorId);
      const type = principal?.kind === "database_role" ? "ROLE" : "USER";
      return principal && [{ type, name: principal.name }];
    }
    case 6: {
      const type = catalog.types.get(majorId);
      return type && [schemaLevel(database, type.schemaId), { type: "TYPE", name: type.name }];
    }
    default:
      return objectPath(context, property);
  }
}

function objectPath(context: SystemContext, property: ExtendedProperty): Level[] | undefined {
  const object = context.database.catalog.objects.get(property.majorId);
  if (object === undefined) return undefined;
  if (!context.canSee(object.parentId === 0 ? object.objectId : object.parentId)) return undefined;
  const part = partLevel(object, property);
  return [...objectLevels(context.database, object), ...(part === undefined ? [] : [part])];
}

interface WantedLevel {
  readonly type: string;
  /** Undefined: all of the type. */
  readonly name: string | undefined;
}

/** The levels that have a type; NULL and `default` end them. */
function wantedLevels(parameters: readonly SqlValue[]): WantedLevel[] {
  const levels: WantedLevel[] = [];
  for (let index = 1; index < parameters.length; index += 2) {
    const [type, name] = [parameters[index], parameters[index + 1]];
    if (typeof type !== "string") break;
    levels.push({
      type: type.toUpperCase() === "USER" && index === 1 ? "SCHEMA" : type.toUpperCase(),
      name: typeof name === "string" ? name : undefined,
    });
  }
  return levels;
}

const SYSNAME = { name: "nvarchar", length: 128 } as const;
const WORD = { name: "varchar", length: 128 } as const;

/** `fn_listextendedproperty(name, level0type, level0name, …)`: NULL as a name means all. */
export const LIST_EXTENDED_PROPERTY: SystemTableFunction = {
  schema: "sys",
  name: "fn_listextendedproperty",
  objectId: -90,
  columns: parseColumns("objtype sysname?, objname sysname?, name sysname, value variant?"),
  parameters: [SYSNAME, WORD, SYSNAME, WORD, SYSNAME, WORD, SYSNAME],
  *rows(context, parameters) {
    const { catalog } = context.database;
    const [name] = parameters;
    const wanted = wantedLevels(parameters);
    for (const property of catalog.extendedProperties.values()) {
      if (typeof name === "string" && !catalog.sameName(name, property.name)) continue;
      const levels = levelsOf(context, property);
      if (levels?.length !== wanted.length) continue;
      const fits = wanted.every(
        ({ type, name: wantedName }, index) =>
          levels[index]?.type === type &&
          (wantedName === undefined || catalog.sameName(levels[index].name, wantedName)),
      );
      const last = levels.at(-1);
      if (fits) yield [last?.type ?? null, last?.name ?? null, property.name, property.value];
    }
  },
};
