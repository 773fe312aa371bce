import {
  scriptAfterRows,
  scriptBeforeRows,
} from "../../providers/sqlserver/script/script-schema.ts";
import type { Stage } from "../../providers/sqlserver/script/step.ts";
import type {
  SchemaColumn,
  SchemaIndex,
  SchemaModule,
  SchemaTable,
  SqlServerSchema,
} from "../../schemas/sql-server-schema.ts";

/** Plain parts of a schema document, for tests to change. */
export const column: SchemaColumn = {
  name: "id",
  type: "int",
  collation: null,
  isNullable: false,
  identity: null,
  computed: null,
  default: null,
  mask: null,
  isRowGuid: false,
  isSparse: false,
  isColumnSet: false,
  isPadded: true,
  hasRows: true,
};

export const index: SchemaIndex = {
  name: "PK",
  kind: "clustered",
  role: "primary_key",
  isUnique: true,
  keys: [{ column: "id", isDescending: false }],
  included: [],
  filter: null,
  fillFactor: 0,
  isPadded: false,
  ignoresDuplicates: false,
  allowsRowLocks: true,
  allowsPageLocks: true,
  optimizesSequentialKey: false,
  compressionDelay: 0,
  compression: "NONE",
  isDisabled: false,
};

export const table: SchemaTable = {
  schema: "dbo",
  name: "T",
  owner: null,
  usesAnsiNulls: true,
  lockEscalation: "TABLE",
  textInRow: 0,
  largeValuesOutOfRow: false,
  heapCompression: "NONE",
  columns: [column],
  indexes: [],
  checks: [],
  foreignKeys: [],
  identityValue: null,
};

export const module: SchemaModule = {
  kind: "view",
  schema: "dbo",
  name: "V",
  owner: null,
  definition: "CREATE VIEW dbo.V AS SELECT 1 AS a",
  ansiNulls: true,
  quotedIdentifier: true,
  needs: [],
  isNeededByTable: false,
  trigger: null,
};

export const empty: SqlServerSchema = {
  format: 1,
  database: { collation: "Latin1_General_CI_AS", compatibilityLevel: 150, options: {} },
  schemas: [],
  types: [],
  tableTypes: [],
  sequences: [],
  synonyms: [],
  tables: [],
  modules: [],
  bindings: [],
  viewIndexes: [],
  principals: [],
  members: [],
  permissions: [],
  properties: [],
};

export const target = { name: "New ]db", isAzure: false, filled: new Set(["dbo.T"]) };

export function batches(stages: readonly Stage[]): readonly string[] {
  return stages
    .flatMap(({ steps }) => steps)
    .flatMap((item) => item.batches)
    .filter((sql) => !sql.startsWith("SET "));
}

export function before(change: Partial<SqlServerSchema>): readonly string[] {
  return batches(scriptBeforeRows({ ...empty, ...change }, target)).slice(1);
}

export function after(change: Partial<SqlServerSchema>): readonly string[] {
  return batches(scriptAfterRows({ ...empty, ...change }, target));
}
