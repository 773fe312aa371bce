import type { SystemContext } from "../engine/system-registry.ts";
import type { Column } from "../storage/columns.ts";
import type { Database, UserType } from "../storage/database.ts";
import type { ObjectType, SchemaObject } from "../storage/schema-object.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import {
  INT,
  LONG_NAME,
  type MetadataFunction,
  numberOf,
  SYSNAME,
  textOf,
  truth,
  VARIANT,
  variantOfInt,
  variantOfText,
} from "./metadata-function.ts";
import { findColumn } from "./object-lookup.ts";
import { typeCode } from "./object-rows.ts";
import { temporalType } from "./temporal-views.ts";
import { findTypeId, systemTypeName, typeSize } from "./type-facts.ts";

type Property<Subject> = (subject: Subject, context: SystemContext) => boolean | number | undefined;

function isConstraint({ type }: SchemaObject): boolean {
  return ["PK", "UQ", "F", "C", "D"].includes(type);
}

function isType(...types: readonly ObjectType[]): Property<SchemaObject> {
  return (object) => types.includes(object.type);
}

function onTable(
  test: (table: Extract<SchemaObject, { type: "U" }>, context: SystemContext) => boolean | number,
): Property<SchemaObject> {
  return (object, context) => (object.type === "U" ? test(object, context) : undefined);
}

function hasChild(...types: readonly ObjectType[]): Property<SchemaObject> {
  return onTable((table, { database }) =>
    database.catalog.childrenOf(table.objectId).some(({ type }) => types.includes(type)),
  );
}

function onModule(
  key: "usesAnsiNulls" | "usesQuotedIdentifier" | "isEncrypted" | "isSchemaBound",
): Property<SchemaObject> {
  return (object) => ("module" in object ? object.module[key] : undefined);
}

/** OBJECTPROPERTY by lower-case name. */
const OBJECT_PROPERTIES: ReadonlyMap<string, Property<SchemaObject>> = new Map<
  string,
  Property<SchemaObject>
>([
  ["istable", isType("U")],
  ["isusertable", isType("U")],
  ["issystemtable", () => false],
  ["isview", isType("V")],
  ["isprocedure", isType("P")],
  ["isscalarfunction", isType("FN")],
  ["isinlinefunction", isType("IF")],
  ["istablefunction", isType("IF", "TF")],
  ["istrigger", isType("TR")],
  ["isconstraint", (object) => isConstraint(object) && object.parentId !== 0],
  ["isprimarykey", isType("PK")],
  ["isuniquecnst", isType("UQ")],
  ["isforeignkey", isType("F")],
  ["ischeckcnst", isType("C")],
  ["isdefaultcnst", ({ type, parentId }) => type === "D" && parentId !== 0],
  ["isdefault", ({ type, parentId }) => type === "D" && parentId === 0],
  ["isrule", () => false],
  ["isextendedproc", () => false],
  ["isreplproc", () => false],
  ["isexecuted", isType("P", "V", "FN", "IF", "TF", "TR")],
  ["ismsshipped", (object) => object.isSystem],
  ["isencrypted", onModule("isEncrypted")],
  ["isschemabound", onModule("isSchemaBound")],
  ["execisansinullson", onModule("usesAnsiNulls")],
  ["execisquotedidenton", onModule("usesQuotedIdentifier")],
  ["execistriggerdisabled", (object) => (object.type === "TR" ? object.disabled : undefined)],
  ["execisinsteadoftrigger", (object) => (object.type === "TR" ? object.insteadOf : undefined)],
  ["execisaftertrigger", (object) => (object.type === "TR" ? !object.insteadOf : undefined)],
  ["execisstartup", (object) => (object.type === "P" ? false : undefined)],
  [
    "execisinserttrigger",
    (object) => (object.type === "TR" ? object.events.includes("INSERT") : undefined),
  ],
  [
    "execisupdatetrigger",
    (object) => (object.type === "TR" ? object.events.includes("UPDATE") : undefined),
  ],
  [
    "execisdeletetrigger",
    (object) => (object.type === "TR" ? object.events.includes("DELETE") : undefined),
  ],
  [
    "isansinullson",
    (object) =>
      object.type === "U"
        ? object.usesAnsiNulls
        : "module" in object
          ? object.module.usesAnsiNulls
          : undefined,
  ],
  [
    "isquotedidenton",
    (object) =>
      object.type === "U"
        ? true
        : "module" in object
          ? object.module.usesQuotedIdentifier
          : undefined,
  ],
  [
    "ownerid",
    (object, { database }) =>
      object.principalId ?? database.catalog.schemas.get(object.schemaId)?.principalId,
  ],
  ["schemaid", (object) => object.schemaId],
  [
    "cnstisdisabled",
    (object) => (object.type === "F" || object.type === "C" ? object.disabled : undefined),
  ],
  [
    "cnstisnottrusted",
    (object) => (object.type === "F" || object.type === "C" ? !object.trusted : undefined),
  ],
  [
    "cnstisnotrepl",
    (object) => (object.type === "F" || object.type === "C" ? object.notForReplication : undefined),
  ],
  [
    "cnstisdeletecascade",
    (object) => (object.type === "F" ? object.onDelete === "CASCADE" : undefined),
  ],
  [
    "cnstisupdatecascade",
    (object) => (object.type === "F" ? object.onUpdate === "CASCADE" : undefined),
  ],
  [
    "tablehasclustindex",
    onTable((table) => table.indexes.some(({ kind }) => kind === "clustered")),
  ],
  [
    "tablehasnonclustindex",
    onTable((table) => table.indexes.some(({ kind }) => kind === "nonclustered")),
  ],
  ["tablehasindex", onTable((table) => table.indexes.some(({ kind }) => kind !== "heap"))],
  [
    "tablehasidentity",
    onTable((table) => table.columns.some(({ identity }) => identity !== undefined)),
  ],
  ["tablehasrowguidcol", onTable((table) => table.columns.some(({ isRowGuid }) => isRowGuid))],
  [
    "tablehastimestamp",
    onTable((table) => table.columns.some(({ type }) => type.name === "timestamp")),
  ],
  [
    "tablehastextimage",
    onTable((table) =>
      table.columns.some(({ type }) => ["text", "ntext", "image"].includes(type.name)),
    ),
  ],
  ["tablehasprimarykey", hasChild("PK")],
  ["tablehasuniquecnst", hasChild("UQ")],
  ["tablehasforeignkey", hasChild("F")],
  ["tablehascheckcnst", hasChild("C")],
  ["tablehasdefaultcnst", hasChild("D")],
  [
    "tablehasforeignref",
    onTable((table, { database }) =>
      database.catalog.objectsOfType("F").some((key) => key.referencedId === table.objectId),
    ),
  ],
  ["tableisfake", onTable(() => false)],
  ["tableisfiletable", onTable(() => false)],
  ["tableismemoryoptimized", onTable(() => false)],
  ["tabletemporaltype", onTable((table) => temporalType(table))],
  ["tablehasvardecimalstorageformat", onTable(() => false)],
]);

function valueOf(property: boolean | number | undefined): number | null {
  return typeof property === "number" ? property : truth(property);
}

function objectProperty(context: SystemContext, [id, name]: readonly SqlValue[]): number | null {
  const object = context.database.catalog.objects.get(numberOf(id) ?? 0);
  const property = OBJECT_PROPERTIES.get((textOf(name) ?? "").toLowerCase());
  if (object === undefined || property === undefined || !context.canSee(object.objectId))
    return null;
  return valueOf(property(object, context));
}

/** As OBJECTPROPERTY, with a few properties that are no integers. */
function objectPropertyEx(context: SystemContext, parameters: readonly SqlValue[]): SqlValue {
  const [id, name] = parameters;
  const object = context.database.catalog.objects.get(numberOf(id) ?? 0);
  const wanted = (textOf(name) ?? "").toLowerCase();
  if (object === undefined) return null;
  if (wanted === "basetype") return variantOfText(typeCode(object.type));
  if (wanted === "cardinality" && object.type === "U") {
    return { type: { name: "bigint" }, value: BigInt(context.database.rowCount(object.objectId)) };
  }
  const value = objectProperty(context, parameters);
  return value === null ? null : variantOfInt(value);
}

type ColumnSubject = Column;

const COLUMN_PROPERTIES: ReadonlyMap<string, Property<ColumnSubject>> = new Map<
  string,
  Property<ColumnSubject>
>([
  ["allowsnull", ({ nullable }) => nullable],
  ["columnid", ({ columnId }) => columnId],
  ["iscomputed", ({ computed }) => computed !== undefined],
  ["isidentity", ({ identity }) => identity !== undefined],
  ["isidnotforrepl", ({ identity }) => identity?.notForReplication ?? false],
  ["isrowguidcol", ({ isRowGuid }) => isRowGuid],
  ["issparse", ({ isSparse }) => isSparse],
  ["iscolumnset", () => false],
  ["isoutparam", () => undefined],
  ["ishidden", () => false],
  ["generatedalwaystype", () => 0],
  ["isxmlindexable", ({ type }) => type.name === "xml"],
  ["usesansitrim", ({ isAnsiPadded }) => isAnsiPadded],
  ["isdeterministic", ({ computed }) => (computed === undefined ? undefined : computed.persisted)],
  ["ispersisted", ({ computed }) => computed?.persisted],
  ["precision", ({ type }) => columnPrecision(type)],
  ["scale", ({ type }) => typeSize(type).scale],
  ["charmaxlen", ({ type }) => (type.length === undefined ? undefined : type.length)],
]);

/** Characters or bytes for types with a length. */
function columnPrecision(type: ColumnSubject["type"]): number {
  return type.length ?? typeSize(type).precision;
}

function columnProperty(
  context: SystemContext,
  [id, name, property]: readonly SqlValue[],
): SqlValue {
  const object = context.database.catalog.objects.get(numberOf(id) ?? 0);
  const column = findColumn(context.database, object, textOf(name) ?? "");
  const read = COLUMN_PROPERTIES.get((textOf(property) ?? "").toLowerCase());
  return column && read ? valueOf(read(column, context)) : null;
}

function typeProperty(
  { database }: SystemContext,
  [name, property]: readonly SqlValue[],
): SqlValue {
  const id = findTypeId(database, textOf(name) ?? "");
  if (id === undefined) return null;
  const user = database.catalog.types.get(id);
  const system = systemTypeName(id);
  const type = user?.base ?? (system === undefined ? undefined : { name: system });
  const wanted = (textOf(property) ?? "").toLowerCase();
  return wanted === "allowsnull"
    ? truth(user?.nullable ?? system !== "timestamp")
    : typeFact({ database, user, type }, wanted);
}

interface TypeSubject {
  readonly database: Database;
  readonly user: UserType | undefined;
  /** Undefined for a table type. */
  readonly type: SqlType | undefined;
}

function typeFact({ database, user, type }: TypeSubject, wanted: string): number | null {
  switch (wanted) {
    case "ownerid":
      return user === undefined
        ? 4
        : (database.catalog.schemas.get(user.schemaId)?.principalId ?? null);
    case "precision":
      return type === undefined ? null : columnPrecision(type);
    case "scale":
      return type === undefined ? null : typeSize(type).scale;
    default:
      return null;
  }
}

export const PROPERTY_FUNCTIONS: readonly MetadataFunction[] = [
  { name: "OBJECTPROPERTY", parameters: [INT, SYSNAME], type: INT, value: objectProperty },
  { name: "OBJECTPROPERTYEX", parameters: [INT, SYSNAME], type: VARIANT, value: objectPropertyEx },
  { name: "COLUMNPROPERTY", parameters: [INT, SYSNAME, SYSNAME], type: INT, value: columnProperty },
  { name: "TYPEPROPERTY", parameters: [LONG_NAME, SYSNAME], type: INT, value: typeProperty },
];
