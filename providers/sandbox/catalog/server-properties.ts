import type { SystemContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import { identityOf, type ServerIdentity } from "../storage/flavour.ts";
import type { Index } from "../storage/schema-object.ts";
import type { SqlValue } from "../values/sql-type.ts";
import {
  INT,
  type MetadataFunction,
  numberOf,
  SYSNAME,
  textOf,
  truth,
  VARIANT,
  variantOfInt,
  variantOfText,
} from "./metadata-function.ts";

const TEXTS: Readonly<Record<string, string>> = {
  resourceversion: "16.00.1000",
  sqlcharsetname: "iso_1",
  sqlsortordername: "nocase_iso",
  buildclrversion: "v4.0.30319",
  instancedefaultdatapath: "/var/opt/mssql/data/",
  instancedefaultlogpath: "/var/opt/mssql/data/",
};

const NUMBERS: Readonly<Record<string, number>> = {
  isclustered: 0,
  isfulltextinstalled: 0,
  isintegratedsecurityonly: 0,
  issingleuser: 0,
  islocaldb: 0,
  ishadrenabled: 0,
  isxtpsupported: 0,
  ispolybaseinstalled: 0,
  isadvancedanalyticsinstalled: 0,
  isbigdatacluster: 0,
  comparisonstyle: 196_609,
  lcid: 1033,
  sqlcharset: 1,
  sqlsortorder: 52,
  hadrmanagerstatus: 0,
  filestreamconfiguredlevel: 0,
  filestreameffectivelevel: 0,
};

/** What differs between SQL Server and its services. */
function identityProperty(identity: ServerIdentity, wanted: string): SqlValue | undefined {
  const [major = "", minor = "", build = ""] = identity.productVersion.split(".");
  switch (wanted) {
    case "engineedition":
      return variantOfInt(identity.engineEdition);
    case "edition":
      return variantOfText(identity.edition);
    case "editionid":
      return { type: { name: "bigint" }, value: BigInt(identity.editionId) };
    case "productversion":
      return variantOfText(identity.productVersion);
    case "productlevel":
      return variantOfText(identity.productLevel);
    case "productmajorversion":
      return variantOfText(major);
    case "productminorversion":
      return variantOfText(minor);
    case "productbuild":
      return variantOfText(build);
    default:
      return undefined;
  }
}

function serverProperty({ server }: SystemContext, [name]: readonly SqlValue[]): SqlValue {
  const wanted = (textOf(name) ?? "").toLowerCase();
  switch (wanted) {
    case "servername":
    case "machinename":
    case "computernamephysicalnetbios":
      return variantOfText(server.name);
    case "collation":
      return variantOfText(server.collation);
    default: {
      const own = identityProperty(identityOf(server.flavour), wanted);
      if (own !== undefined) return own;
      const number = Object.hasOwn(NUMBERS, wanted) ? NUMBERS[wanted] : undefined;
      if (number !== undefined) return variantOfInt(number);
      const text = Object.hasOwn(TEXTS, wanted) ? TEXTS[wanted] : undefined;
      return text === undefined ? null : variantOfText(text);
    }
  }
}

/** Flags of ALTER DATABASE by the name that the property functions give them. */
const FLAG_PROPERTIES: Readonly<Record<string, string>> = {
  isansinulldefault: "ANSI_NULL_DEFAULT",
  isansinullsenabled: "ANSI_NULLS",
  isansipaddingenabled: "ANSI_PADDING",
  isansiwarningsenabled: "ANSI_WARNINGS",
  isarithmeticabortenabled: "ARITHABORT",
  isautoclose: "AUTO_CLOSE",
  isautocreatestatistics: "AUTO_CREATE_STATISTICS",
  isautoshrink: "AUTO_SHRINK",
  isautoupdatestatistics: "AUTO_UPDATE_STATISTICS",
  isclosecursorsoncommitenabled: "CURSOR_CLOSE_ON_COMMIT",
  isnumericroundabortenabled: "NUMERIC_ROUNDABORT",
  isnullconcat: "CONCAT_NULL_YIELDS_NULL",
  isquotedidentifiersenabled: "QUOTED_IDENTIFIER",
  isrecursivetriggersenabled: "RECURSIVE_TRIGGERS",
};

function databaseText({ options }: Database, property: string): string | undefined {
  switch (property) {
    case "collation":
      return options.state === "ONLINE" ? options.collation : undefined;
    case "recovery":
      return options.recovery;
    case "status":
      return options.state;
    case "updateability":
      return options.readOnly ? "READ_ONLY" : "READ_WRITE";
    case "useraccess":
      return options.access;
    case "edition":
      return options.service?.edition;
    case "serviceobjective":
      return options.service?.objective;
    default:
      return undefined;
  }
}

/** Properties of features that no database of the sandbox has on. */
const NEVER: ReadonlySet<string> = new Set([
  "isinstandby",
  "isfulltextenabled",
  "ispublished",
  "issubscribed",
  "ismergepublished",
  "issyncwithbackup",
]);

function databaseNumber({ options }: Database, property: string): number | undefined {
  const flag = Object.hasOwn(FLAG_PROPERTIES, property) ? FLAG_PROPERTIES[property] : undefined;
  if (flag !== undefined) return options.flags[flag] === true ? 1 : 0;
  if (NEVER.has(property)) return 0;
  switch (property) {
    case "version":
      return 957;
    case "isparameterizationforced":
      return options.parameterization === "FORCED" ? 1 : 0;
    case "islocalcursorsdefault":
      return options.cursorDefault === "LOCAL" ? 1 : 0;
    case "istornpagedetectionenabled":
      return options.pageVerify === "TORN_PAGE_DETECTION" ? 1 : 0;
    default:
      return undefined;
  }
}

function databasePropertyEx(
  { server }: SystemContext,
  [name, property]: readonly SqlValue[],
): SqlValue {
  const database = server.findDatabase(textOf(name) ?? "");
  if (database === undefined) return null;
  const wanted = (textOf(property) ?? "").toLowerCase();
  // master of Azure SQL Database has no tier, but an edition (documentation of DATABASEPROPERTYEX).
  if (wanted === "edition" && server.flavour === "azure_sql" && database.databaseId === 1) {
    return variantOfText("System");
  }
  const text = databaseText(database, wanted);
  if (text !== undefined) return variantOfText(text);
  const number = databaseNumber(database, wanted);
  return number === undefined ? null : variantOfInt(number);
}

/** States that DATABASEPROPERTY tells as integers. */
const STATES: ReadonlyMap<string, (database: Database) => boolean> = new Map<
  string,
  (database: Database) => boolean
>([
  ["isoffline", ({ options }) => options.state === "OFFLINE"],
  ["isreadonly", ({ options }) => options.readOnly],
  ["issingleuser", ({ options }) => options.access === "SINGLE_USER"],
  ["isdboonly", ({ options }) => options.access === "RESTRICTED_USER"],
  ["istrunclog", ({ options }) => options.recovery === "SIMPLE"],
  ["isbulkcopy", ({ options }) => options.recovery !== "FULL"],
  ["issuspect", () => false],
  ["isemergencymode", () => false],
  ["isinload", () => false],
  ["isinrecovery", () => false],
  ["isshutdown", () => false],
  ["isnotrecovered", () => false],
]);

/** The function of SQL Server 2000: integers only, with states among them. */
function databaseProperty(
  { server }: SystemContext,
  [name, property]: readonly SqlValue[],
): SqlValue {
  const database = server.findDatabase(textOf(name) ?? "");
  if (database === undefined) return null;
  const wanted = (textOf(property) ?? "").toLowerCase();
  const state = STATES.get(wanted);
  return state === undefined ? (databaseNumber(database, wanted) ?? null) : truth(state(database));
}

const INDEX_PROPERTIES: ReadonlyMap<string, (index: Index) => boolean | number> = new Map<
  string,
  (index: Index) => boolean | number
>([
  ["indexid", ({ indexId }) => indexId],
  ["indexfillfactor", ({ fillFactor }) => fillFactor],
  ["indexdepth", () => 1],
  ["isclustered", ({ kind }) => kind === "clustered"],
  ["isdisabled", ({ disabled }) => disabled],
  ["isunique", ({ unique }) => unique],
  ["ispadindex", ({ padded }) => padded],
  ["isrowlockdisallowed", ({ allowRowLocks }) => !allowRowLocks],
  ["ispagelockdisallowed", ({ allowPageLocks }) => !allowPageLocks],
  ["isstatistics", () => false],
  ["isautostatistics", () => false],
  ["ishypothetical", () => false],
  ["iscolumnstore", () => false],
  ["isfulltextkey", () => false],
]);

function indexesOf({ database }: SystemContext, id: SqlValue | undefined): readonly Index[] {
  const object = database.catalog.objects.get(numberOf(id) ?? 0);
  return object?.type === "U" || object?.type === "TT" ? object.indexes : [];
}

function indexProperty(
  context: SystemContext,
  [id, name, property]: readonly SqlValue[],
): SqlValue {
  const wanted = textOf(name) ?? "";
  const index = indexesOf(context, id).find((candidate) =>
    context.database.catalog.sameName(candidate.name, wanted),
  );
  const read = INDEX_PROPERTIES.get((textOf(property) ?? "").toLowerCase());
  const value = index && read?.(index);
  return typeof value === "number" ? value : truth(value);
}

function indexKeyProperty(
  context: SystemContext,
  [id, indexId, key, property]: readonly SqlValue[],
): SqlValue {
  const index = indexesOf(context, id).find((candidate) => candidate.indexId === indexId);
  const part = index?.keys[(numberOf(key) ?? 0) - 1];
  switch ((textOf(property) ?? "").toLowerCase()) {
    case "columnid":
      return part?.columnId ?? null;
    case "isdescending":
      return truth(part?.descending);
    default:
      return null;
  }
}

export const SERVER_FUNCTIONS: readonly MetadataFunction[] = [
  { name: "SERVERPROPERTY", parameters: [SYSNAME], type: VARIANT, value: serverProperty },
  {
    name: "DATABASEPROPERTYEX",
    parameters: [SYSNAME, SYSNAME],
    type: VARIANT,
    value: databasePropertyEx,
  },
  { name: "DATABASEPROPERTY", parameters: [SYSNAME, SYSNAME], type: INT, value: databaseProperty },
  { name: "INDEXPROPERTY", parameters: [INT, SYSNAME, SYSNAME], type: INT, value: indexProperty },
  {
    name: "INDEXKEY_PROPERTY",
    parameters: [INT, INT, INT, SYSNAME],
    type: INT,
    value: indexKeyProperty,
  },
  {
    name: "FULLTEXTSERVICEPROPERTY",
    parameters: [SYSNAME],
    type: INT,
    value: (_, [name]) => (textOf(name)?.toLowerCase() === "isfulltextinstalled" ? 0 : null),
  },
];
