import { canonicalJson } from "../../../core/kit/json.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Catalog } from "./catalog.ts";
import { describeDatabase } from "./describe-database.ts";
import { describeModules } from "./describe-modules.ts";
import { describePolicies } from "./describe-policies.ts";
import { describeProperties } from "./describe-properties.ts";
import {
  describeMembers,
  describePermissions,
  describePrincipals,
  describeSchemas,
} from "./describe-security.ts";
import { describeTables, describeViewIndexes } from "./describe-tables.ts";
import {
  describeBindings,
  describeSequences,
  describeSynonyms,
  describeTableTypes,
  describeTypes,
} from "./describe-types.ts";

/** Values that move while applications write. */
export interface Positions {
  /** The last identity value of a table, by object. */
  readonly identities: ReadonlyMap<number, string>;
  /** The last value of a sequence, by object; null: never used. */
  readonly sequences: ReadonlyMap<number, string | null>;
}

export const NO_POSITIONS: Positions = { identities: new Map(), sequences: new Map() };

/** The document of a database's schema. Pure: equal catalogs give equal documents, whatever order their rows came in. */
export function describeSchema(catalog: Catalog, positions: Positions): SqlServerSchema {
  const [database] = catalog.rows.database;
  if (database === undefined) throw new TypeError("The catalog lacks the database. This is a bug.");
  return {
    format: 1,
    database: describeDatabase(database),
    schemas: describeSchemas(catalog),
    types: describeTypes(catalog),
    tableTypes: describeTableTypes(catalog),
    sequences: describeSequences(catalog, positions.sequences),
    synonyms: describeSynonyms(catalog),
    tables: describeTables(catalog, positions.identities),
    modules: describeModules(catalog),
    bindings: describeBindings(catalog),
    viewIndexes: describeViewIndexes(catalog),
    principals: describePrincipals(catalog),
    members: describeMembers(catalog),
    permissions: describePermissions(catalog),
    properties: describeProperties(catalog),
    ...describePolicies(catalog),
  };
}

/** UTF-8, canonical. */
export function encodeSchema(schema: SqlServerSchema): Uint8Array {
  return Buffer.from(canonicalJson(schema), "utf8");
}
