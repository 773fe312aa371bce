import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import { quoteName } from "../names.ts";
import { labelOf, pathOf } from "./script-tables.ts";
import { type Step, step } from "./step.ts";

type Temporal = NonNullable<SchemaTable["temporal"]>;

/** Versions that overlap, end before they start, or end in the future: what DATA_CONSISTENCY_CHECK finds. */
const INCONSISTENT = [13_540, 13_541, 13_543, 13_573] as const;

function scriptPeriod(table: SchemaTable, { start, end, hidden }: Temporal): Step {
  const path = pathOf(table);
  return step(
    `period of ${labelOf(table)}`,
    `ALTER TABLE ${path} ADD PERIOD FOR SYSTEM_TIME (${quoteName(start)}, ${quoteName(end)})`,
    ...hidden.map((name) => `ALTER TABLE ${path} ALTER COLUMN ${quoteName(name)} ADD HIDDEN`),
  );
}

/**
 * The server checks that no two versions of a row are valid at once. Where the source was switched on without that check
 * its versions may overlap; they come back as they were, by the same statement without the check.
 */
function scriptVersioning(table: SchemaTable, history: NonNullable<Temporal["history"]>): Step {
  const { retention } = history;
  const kept =
    retention === null
      ? ""
      : `, HISTORY_RETENTION_PERIOD = ${retention.length} ${retention.unit}${retention.length === 1 ? "" : "S"}`;
  const turnOn = (check: "ON" | "OFF"): string =>
    `ALTER TABLE ${pathOf(table)} SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = ${pathOf(history)}, DATA_CONSISTENCY_CHECK = ${check}${kept}))`;
  return {
    what: `versions of ${labelOf(table)}`,
    batches: [turnOn("ON")],
    instead: { errors: INCONSISTENT, batches: [turnOn("OFF")] },
  };
}

/**
 * Periods and versions, when all rows are there: rows of a table with a period cannot be loaded with their times, and
 * nothing can be loaded into a history (13536, 13559).
 */
export function scriptTemporal(table: SchemaTable): Step[] {
  const { temporal } = table;
  if (temporal === undefined) return [];
  const { history } = temporal;
  return [
    scriptPeriod(table, temporal),
    ...(history === null ? [] : [scriptVersioning(table, history)]),
  ];
}
