import type { ProcedureContext } from "../engine/system-registry.ts";
import { type ExtendedProperty, propertyKey } from "../storage/database.ts";
import type { ObjectType, SchemaObject } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { columnsOf } from "./object-lookup.ts";
import type { ProcedureArguments, ProcedureDefinition } from "./procedure-definition.ts";

/** What an extended property hangs on. */
type Target = Pick<ExtendedProperty, "class" | "majorId" | "minorId">;

interface Level {
  readonly type: string;
  readonly name: string;
}

/** Objects that may stand at level 1, by the word for them. */
const LEVEL_1: Readonly<Record<string, readonly ObjectType[]>> = {
  TABLE: ["U"],
  VIEW: ["V"],
  PROCEDURE: ["P"],
  FUNCTION: ["FN", "IF", "TF"],
  SEQUENCE: ["SO"],
  SYNONYM: ["SN"],
};

const PROCEDURE = {
  add: "sp_addextendedproperty",
  update: "sp_updateextendedproperty",
  drop: "sp_dropextendedproperty",
} as const;

function levelsOf(given: ProcedureArguments, procedure: string): Level[] {
  const levels: Level[] = [];
  for (const depth of [0, 1, 2]) {
    const type = given.text(`level${depth}type`)?.toUpperCase();
    const name = given.text(`level${depth}name`);
    if (type === undefined && name === undefined) continue;
    if (type === undefined || name === undefined || levels.length !== depth) {
      raise(15_600, `An invalid parameter or option was specified for procedure '${procedure}'.`);
    }
    levels.push({ type, name });
  }
  return levels;
}

/** `dbo.t.c`, as messages name what a property hangs on. */
function shownTarget(levels: readonly Level[]): string {
  return levels.length === 0 ? "object specified" : levels.map(({ name }) => name).join(".");
}

function refuseTarget(levels: readonly Level[]): never {
  raise(
    15_135,
    `Object is invalid. Extended properties are not permitted on '${shownTarget(levels)}', or the object does not exist.`,
  );
}

function findTarget(context: ProcedureContext, levels: readonly Level[]): Target {
  const { catalog } = context.database;
  const [first, second] = levels;
  if (first === undefined) return { class: 0, majorId: 0, minorId: 0 };
  if (second === undefined && (first.type === "USER" || first.type === "ROLE")) {
    const principal = catalog.findPrincipal(first.name);
    if (principal !== undefined) return { class: 4, majorId: principal.principalId, minorId: 0 };
  }
  // USER at level 0 was the owner of objects before there were schemas, and still names the schema.
  const isSchema = first.type === "SCHEMA" || first.type === "USER";
  const schema = isSchema ? catalog.findSchema(first.name) : undefined;
  if (schema === undefined) return refuseTarget(levels);
  if (second === undefined) return { class: 3, majorId: schema.schemaId, minorId: 0 };
  return findInSchema(context, schema.schemaId, levels);
}

function findInSchema(
  context: ProcedureContext,
  schemaId: number,
  levels: readonly Level[],
): Target {
  const { catalog } = context.database;
  const [, second, third] = levels;
  if (second === undefined) return refuseTarget(levels);
  if (second.type === "TYPE" && third === undefined) {
    const type = catalog.findType(schemaId, second.name);
    if (type !== undefined) return { class: 6, majorId: type.userTypeId, minorId: 0 };
  }
  const types = Object.hasOwn(LEVEL_1, second.type) ? LEVEL_1[second.type] : undefined;
  const object = catalog.findObject(schemaId, second.name);
  if (object === undefined || types?.includes(object.type) !== true) return refuseTarget(levels);
  if (third === undefined) return { class: 1, majorId: object.objectId, minorId: 0 };
  return findInObject(context, object, third) ?? refuseTarget(levels);
}

function findInObject(
  { database }: ProcedureContext,
  object: SchemaObject,
  { type, name }: Level,
): Target | undefined {
  const { catalog } = database;
  const isSame = (item: { readonly name: string }) => catalog.sameName(item.name, name);
  switch (type) {
    case "COLUMN": {
      const column = columnsOf(object).find(isSame);
      return column && { class: 1, majorId: object.objectId, minorId: column.columnId };
    }
    case "INDEX": {
      const index = object.type === "U" ? object.indexes.find(isSame) : undefined;
      return index && { class: 7, majorId: object.objectId, minorId: index.indexId };
    }
    case "PARAMETER": {
      const parameter = "parameters" in object ? object.parameters.find(isSame) : undefined;
      return parameter && { class: 2, majorId: object.objectId, minorId: parameter.parameterId };
    }
    default: {
      const child = catalog.childrenOf(object.objectId).find(isSame);
      return child && isChildWord(child, type)
        ? { class: 1, majorId: child.objectId, minorId: 0 }
        : undefined;
    }
  }
}

/** CONSTRAINT and TRIGGER are the words for what hangs on a table. */
function isChildWord(child: SchemaObject, word: string): boolean {
  return word === (child.type === "TR" ? "TRIGGER" : "CONSTRAINT");
}

function changeProperty(
  context: ProcedureContext,
  given: ProcedureArguments,
  action: keyof typeof PROCEDURE,
): void {
  const levels = levelsOf(given, PROCEDURE[action]);
  const target = findTarget(context, levels);
  const property = { ...target, name: given.requiredText("name"), value: given.value("value") };
  const { extendedProperties } = context.database.catalog;
  const key = propertyKey(property);
  const exists = extendedProperties.has(key);
  const shown = shownTarget(levels);
  if (!context.hasPermission("ALTER", target.class === 1 ? target.majorId : 0))
    refuseTarget(levels);
  if (action === "add" && exists) {
    raise(
      15_233,
      `Property cannot be added. Property '${property.name}' already exists for '${shown}'.`,
    );
  }
  if (action !== "add" && !exists) {
    raise(
      15_217,
      `Property cannot be updated or deleted. Property '${property.name}' does not exist for '${shown}'.`,
    );
  }
  if (action === "drop") extendedProperties.delete(key, context.journal);
  else extendedProperties.set(key, property, context.journal);
}

const LEVELS =
  "level0type word?, level0name name?, level1type word?, level1name name?, level2type word?, level2name name?";

export const PROPERTY_PROCEDURES: readonly ProcedureDefinition[] = [
  {
    name: PROCEDURE.add,
    parameters: `name name, value variant?, ${LEVELS}`,
    run: (context, given) => {
      changeProperty(context, given, "add");
    },
  },
  {
    name: PROCEDURE.update,
    parameters: `name name, value variant?, ${LEVELS}`,
    run: (context, given) => {
      changeProperty(context, given, "update");
    },
  },
  {
    name: PROCEDURE.drop,
    parameters: `name name, ${LEVELS}`,
    run: (context, given) => {
      changeProperty(context, given, "drop");
    },
  },
];
