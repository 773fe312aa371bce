import {
  CATALOG_QUERIES,
  type CatalogName,
  type CatalogRows,
} from "../../providers/sqlserver/schema/catalog-queries.ts";

type Row = Readonly<Record<string, unknown>>;

export const INT = {
  name: "int",
  system_type_id: 56,
  user_type_id: 56,
  schema_id: 4,
  is_user_defined: false,
};

export const TABLE = {
  object_id: 100,
  name: "T",
  schema_id: 1,
  principal_id: null,
  type: "U ",
  parent_object_id: 0,
  uses_ansi_nulls: true,
  temporal_type: 0,
  is_memory_optimized: false,
};

export const COLUMN = {
  object_id: 100,
  name: "id",
  column_id: 1,
  system_type_id: 56,
  user_type_id: 56,
  max_length: 4,
  precision: 10,
  scale: 0,
  collation_name: null,
  is_nullable: false,
  is_computed: false,
  encryption_type: null,
};

/** Answers of a database with one table `dbo.T (id int)`, with some of them changed. */
export function catalogRows(
  change: Partial<Record<CatalogName, readonly Row[]>> = {},
): CatalogRows {
  const plain: Partial<Record<CatalogName, readonly Row[]>> = {
    database: [{ collation_name: "Latin1_General_CI_AS", compatibility_level: 150 }],
    schemas: [{ schema_id: 1, name: "dbo", principal_id: 1 }],
    objects: [TABLE],
    tables: [TABLE],
    columns: [COLUMN],
    types: [INT],
    principals: [
      { principal_id: 1, name: "dbo", type: "S", is_fixed_role: false, authentication_type: 1 },
    ],
  };
  const names = Object.keys(CATALOG_QUERIES) as CatalogName[];
  const answers = names.map((name) => [name, change[name] ?? plain[name] ?? []] as const);
  return Object.fromEntries(answers) as CatalogRows;
}
