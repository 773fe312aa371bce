import type { Row } from "../connection/tds-connection.ts";
import type { CatalogRows } from "./catalog-queries.ts";
import { flag, number, textOrNull } from "./fields.ts";

const CAPTURE = "cdc";

function isNot(ids: ReadonlySet<number>, column: string): (row: Row) => boolean {
  return (row) => !ids.has(number(row, column));
}

/**
 * The same answers without what change data capture has put into the database: schema and user `cdc`, which are its own
 * wherever it is enabled (sys.sp_cdc_enable_db refuses a database that has one, error 22906), and what stands in there. All of
 * it goes when capture is disabled, and none of it is part of a backup.
 */
export function withoutCapture(rows: CatalogRows): CatalogRows {
  const [database] = rows.database;
  if (database === undefined || !flag(database, "is_cdc_enabled")) return rows;
  const isCapture = (row: Row) => textOrNull(row, "name") === CAPTURE;
  const schemas = new Set(rows.schemas.filter(isCapture).map((row) => number(row, "schema_id")));
  const users = new Set(
    rows.principals.filter(isCapture).map((row) => number(row, "principal_id")),
  );
  return {
    ...rows,
    schemas: rows.schemas.filter(isNot(schemas, "schema_id")),
    objects: rows.objects.filter(isNot(schemas, "schema_id")),
    tables: rows.tables.filter(isNot(schemas, "schema_id")),
    principals: rows.principals.filter(isNot(users, "principal_id")),
    roleMembers: rows.roleMembers.filter(isNot(users, "member_principal_id")),
    permissions: rows.permissions.filter(isNot(users, "grantee_principal_id")),
  };
}
