import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import type { Catalog } from "./catalog.ts";
import { flag, number, numberOrZero } from "./fields.ts";

type Temporal = NonNullable<SchemaTable["temporal"]>;
type History = NonNullable<Temporal["history"]>;

const VERSIONED = 2;
/** Of `sys.tables.history_retention_period_unit`; -1 is for ever. */
const UNITS: Readonly<Record<number, NonNullable<History["retention"]>["unit"]>> = {
  3: "DAY",
  4: "WEEK",
  5: "MONTH",
  6: "YEAR",
};

function describeHistory(catalog: Catalog, table: Row): Temporal["history"] {
  if (numberOrZero(table, "temporal_type") !== VERSIONED) return null;
  const name = catalog.objectName(number(table, "history_table_id"));
  if (name === undefined) {
    throw new TypeError("A versioned table without its history. This is a bug.");
  }
  const unit = UNITS[numberOrZero(table, "history_retention_period_unit")];
  const retention =
    unit === undefined ? null : { length: number(table, "history_retention_period"), unit };
  return { ...name, retention };
}

/** The period of a table and its versions; nothing for a table without a period, histories included. */
export function describeTemporal(catalog: Catalog, table: Row): Pick<SchemaTable, "temporal"> {
  const objectId = number(table, "object_id");
  const [period] = catalog.of("periods", "object_id", objectId);
  if (period === undefined) return {};
  const start = catalog.columnName(objectId, number(period, "start_column_id"));
  const end = catalog.columnName(objectId, number(period, "end_column_id"));
  const hidden = catalog
    .columns(objectId)
    .filter((row) => flag(row, "is_hidden"))
    .map((row) => catalog.columnName(objectId, number(row, "column_id")));
  const history = describeHistory(catalog, table);
  return { temporal: { start, end, hidden, history } };
}
