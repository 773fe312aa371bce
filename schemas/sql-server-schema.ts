import { en } from "zod/locales";
import * as z from "zod/mini";

// A restore says what is wrong with a schema in the words of zod, of which its small build has none of its own.
z.config(en());

const name = z.string();
const named = { schema: name, name };
const flag = z.boolean();
const count = z.int().check(z.nonnegative());

const columnSchema = z.strictObject({
  name,
  /** As it is written in CREATE TABLE: `nvarchar(40)`, `[dbo].[Money4]`; empty for a computed column. */
  type: z.string(),
  collation: z.nullable(z.string()),
  isNullable: flag,
  identity: z.nullable(
    z.strictObject({ seed: z.string(), increment: z.string(), notForReplication: flag }),
  ),
  computed: z.nullable(z.strictObject({ definition: z.string(), isPersisted: flag })),
  default: z.nullable(z.strictObject({ name, definition: z.string() })),
  mask: z.nullable(z.string()),
  isRowGuid: flag,
  isSparse: flag,
  isColumnSet: flag,
  isPadded: flag,
  /** False: the server makes the values (computed, rowversion, column set); they are not among the rows. */
  hasRows: flag,
});

const indexSchema = z.strictObject({
  name,
  kind: z.enum(["clustered", "nonclustered", "clustered_columnstore", "nonclustered_columnstore"]),
  role: z.enum(["primary_key", "unique_constraint", "index"]),
  isUnique: flag,
  keys: z.array(z.strictObject({ column: name, isDescending: flag })),
  included: z.array(name),
  filter: z.nullable(z.string()),
  fillFactor: count,
  isPadded: flag,
  ignoresDuplicates: flag,
  allowsRowLocks: flag,
  allowsPageLocks: flag,
  optimizesSequentialKey: flag,
  compressionDelay: count,
  compression: z.string(),
  isDisabled: flag,
});

const checkSchema = z.strictObject({
  name,
  definition: z.string(),
  isTrusted: flag,
  isDisabled: flag,
  notForReplication: flag,
});

const action = z.enum(["NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT"]);

const foreignKeySchema = z.strictObject({
  name,
  columns: z.array(name),
  references: z.strictObject({ ...named, columns: z.array(name) }),
  onDelete: action,
  onUpdate: action,
  isTrusted: flag,
  isDisabled: flag,
  notForReplication: flag,
});

const temporalSchema = z.strictObject({
  /** The columns of PERIOD FOR SYSTEM_TIME. */
  start: name,
  end: name,
  /** Columns of the period that `*` does not show. */
  hidden: z.array(name),
  /** Null: the period alone, SYSTEM_VERSIONING is off. */
  history: z.nullable(
    z.strictObject({
      ...named,
      /** Null: for ever. */
      retention: z.nullable(
        z.strictObject({ length: count, unit: z.enum(["DAY", "WEEK", "MONTH", "YEAR"]) }),
      ),
    }),
  ),
});

const tableSchema = z.strictObject({
  ...named,
  owner: z.nullable(name),
  usesAnsiNulls: flag,
  lockEscalation: z.string(),
  textInRow: count,
  largeValuesOutOfRow: flag,
  /** Data compression where there is no clustered index. */
  heapCompression: z.string(),
  columns: z.array(columnSchema),
  indexes: z.array(indexSchema),
  checks: z.array(checkSchema),
  foreignKeys: z.array(foreignKeySchema),
  /** The last identity value that was given out; null when none was. */
  identityValue: z.nullable(z.string()),
  /** Absent: no period. */
  temporal: z.exactOptional(temporalSchema),
});

const tableTypeSchema = z.strictObject({
  ...named,
  owner: z.nullable(name),
  columns: z.array(columnSchema),
  indexes: z.array(indexSchema),
  checks: z.array(checkSchema),
});

const typeSchema = z.strictObject({
  ...named,
  owner: z.nullable(name),
  base: z.string(),
  isNullable: flag,
});

const sequenceSchema = z.strictObject({
  ...named,
  owner: z.nullable(name),
  type: z.string(),
  start: z.string(),
  increment: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  isCycling: flag,
  /** `CACHE 50`, `CACHE` or `NO CACHE`. */
  cache: z.string(),
  /** The last value that was given out; null when none was. */
  value: z.nullable(z.string()),
});

const moduleSchema = z.strictObject({
  kind: z.enum(["view", "procedure", "function", "trigger", "database_trigger", "default", "rule"]),
  ...named,
  owner: z.nullable(name),
  definition: z.string(),
  ansiNulls: flag,
  quotedIdentifier: flag,
  /** Modules that should stand before this one, as `schema.name`. */
  needs: z.array(z.string()),
  /** A table needs it in a computed column, default or check. */
  isNeededByTable: flag,
  trigger: z.nullable(
    z.strictObject({
      on: z.nullable(z.strictObject(named)),
      isDisabled: flag,
      first: z.array(z.string()),
      last: z.array(z.string()),
    }),
  ),
});

const bindingSchema = z.strictObject({
  kind: z.enum(["default", "rule"]),
  object: z.strictObject(named),
  /** Quoted, as sp_bindefault takes it: a column of a table or an alias type. */
  target: z.string(),
});

const principalSchema = z.strictObject({
  name,
  kind: z.enum(["role", "user"]),
  owner: z.nullable(name),
  login: z.nullable(z.string()),
  source: z.enum(["none", "login", "password", "external"]),
  defaultSchema: z.nullable(name),
});

const permissionSchema = z.strictObject({
  state: z.enum(["GRANT", "GRANT_WITH_GRANT_OPTION", "DENY", "REVOKE"]),
  permission: z.string(),
  /** `OBJECT::[dbo].[Orders]`; empty for the database. */
  securable: z.string(),
  columns: z.array(name),
  grantee: name,
  grantor: name,
});

const propertySchema = z.strictObject({
  name,
  path: z.array(z.strictObject({ type: z.string(), name })),
  /** T-SQL for the value. */
  value: z.string(),
});

const policySchema = z.strictObject({
  ...named,
  isEnabled: flag,
  isSchemaBound: flag,
  notForReplication: flag,
  predicates: z.array(
    z.strictObject({
      kind: z.enum(["FILTER", "BLOCK"]),
      /** The call of the function, as the catalog keeps it. */
      definition: z.string(),
      table: z.strictObject(named),
      /** Null: whatever changes rows. */
      operation: z.nullable(
        z.enum(["AFTER INSERT", "AFTER UPDATE", "BEFORE UPDATE", "BEFORE DELETE"]),
      ),
    }),
  ),
});

/**
 * The schema of one SQL Server database, format 1: everything by name, every list in ordinal order, so that equal schemas
 * give equal bytes (docs/format/sql-server-schema.md).
 */
export const sqlServerSchema = z.strictObject({
  format: z.literal(1),
  database: z.strictObject({
    collation: z.nullable(z.string()),
    compatibilityLevel: z.int(),
    /** ALTER DATABASE … SET: option and value. */
    options: z.record(z.string(), z.string()),
  }),
  schemas: z.array(z.strictObject({ name, owner: name })),
  types: z.array(typeSchema),
  tableTypes: z.array(tableTypeSchema),
  sequences: z.array(sequenceSchema),
  synonyms: z.array(z.strictObject({ ...named, owner: z.nullable(name), target: z.string() })),
  tables: z.array(tableSchema),
  modules: z.array(moduleSchema),
  bindings: z.array(bindingSchema),
  viewIndexes: z.array(z.strictObject({ view: z.strictObject(named), index: indexSchema })),
  principals: z.array(principalSchema),
  members: z.array(z.strictObject({ role: name, member: name })),
  permissions: z.array(permissionSchema),
  properties: z.array(propertySchema),
  /** Security policies; absent: none. */
  policies: z.exactOptional(z.array(policySchema)),
});

export type SqlServerSchema = z.infer<typeof sqlServerSchema>;
export type SchemaTable = SqlServerSchema["tables"][number];
export type SchemaColumn = SchemaTable["columns"][number];
export type SchemaIndex = SchemaTable["indexes"][number];
export type SchemaModule = SqlServerSchema["modules"][number];
