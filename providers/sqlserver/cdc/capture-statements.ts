import { formatTableName } from "../../../core/kit/table-name.ts";
import type { CaptureFault, CaptureProfile } from "../../../core/resource/change-capture.ts";
import { quoteName, quotePath, quoteText } from "../names.ts";
import {
  type CaptureFacts,
  foreignInstances,
  partlyTrackedTables,
  type SourceTable,
  untrackedTables,
} from "./capture-facts.ts";
import { isOurs } from "./capture-instances.ts";
import { nameInstance } from "./instance-name.ts";

const MINUTE = 60_000;
const MANY = 5;
/** The longest that sys.sp_cdc_change_job takes: 52,494,800 minutes (error 22994 beyond). */
const LONGEST_RETENTION = 52_494_800;

export const ENABLE_DATABASE = "EXEC sys.sp_cdc_enable_db";
const DISABLE_DATABASE = "EXEC sys.sp_cdc_disable_db";

/**
 * Net changes would cost an index on each change table, and no role is to stand between the changes and who may read the
 * table. The list of columns is given where computed ones are to be left out. Of a partitioned table, ALTER TABLE … SWITCH is
 * refused then: it moves rows that no change tells of (sys.sp_cdc_enable_table, @allow_partition_switch).
 */
export function enableTable(table: SourceTable, taken: Set<string>): string {
  const instance = nameInstance(table, taken);
  taken.add(instance.toLowerCase());
  const columns = table.columns.map(({ name }) => quoteName(name)).join(", ");
  const list = table.hasComputed ? `, @captured_column_list = ${quoteText(columns)}` : "";
  const partitions = table.isPartitioned ? ", @allow_partition_switch = 0" : "";
  return `EXEC sys.sp_cdc_enable_table ${sourceOf(table)}, @role_name = NULL, @capture_instance = ${quoteText(instance)}, @supports_net_changes = 0${list}${partitions}`;
}

function sourceOf({ schema, name }: SourceTable): string {
  return `@source_schema = ${quoteText(schema)}, @source_name = ${quoteText(name)}`;
}

function disableInstance(table: SourceTable, instance: string): string {
  return `EXEC sys.sp_cdc_disable_table ${sourceOf(table)}, @capture_instance = ${quoteText(instance)}`;
}

/** What ends our capture: that of the database, or of our instances alone where others made some. */
export function disableOurs(facts: CaptureFacts): readonly string[] {
  if (foreignInstances(facts).length === 0) return [DISABLE_DATABASE];
  return facts.tables.flatMap((table) =>
    table.instances
      .filter((each) => isOurs(each, table))
      .map(({ name }) => disableInstance(table, name)),
  );
}

/** What may still be captured by us: a table has two instances at most (error 22962). */
export function tablesToEnable({ tables }: CaptureFacts): readonly SourceTable[] {
  return tables.filter(
    (table) => table.instances.length < 2 && !table.instances.some((each) => isOurs(each, table)),
  );
}

/** In small letters, of all tables. */
export function takenNames({ tables }: CaptureFacts): Set<string> {
  return new Set(
    tables.flatMap(({ instances }) => instances.map(({ name }) => name.toLowerCase())),
  );
}

export function setRetention({ retention }: CaptureProfile): string {
  const minutes = Math.min(Math.ceil(retention / MINUTE), LONGEST_RETENTION);
  return `EXEC sys.sp_cdc_change_job @job_type = N'cleanup', @retention = ${minutes}`;
}

/** The job takes the setting when it is started again. */
export function setContinuous({ continuous }: CaptureProfile): readonly string[] {
  return [
    `EXEC sys.sp_cdc_change_job @job_type = N'capture', @continuous = ${continuous ? 1 : 0}`,
    "EXEC sys.sp_cdc_stop_job @job_type = N'capture'",
    "EXEC sys.sp_cdc_start_job @job_type = N'capture'",
  ];
}

function anew(table: SourceTable, taken: Set<string>): readonly string[] {
  for (const { name } of table.instances) taken.delete(name.toLowerCase());
  return [disableInstance(table, "all"), enableTable(table, taken)];
}

/** Statements that put those faults right, ready to run on the server. */
export function remedyOf(
  facts: CaptureFacts,
  database: string,
  wanted: { readonly faults: readonly CaptureFault[]; readonly profile: CaptureProfile },
): string {
  const taken = takenNames(facts);
  const { profile } = wanted;
  const statements = wanted.faults.flatMap((fault): readonly string[] => {
    switch (fault) {
      case "capture_job_not_continuous":
        return setContinuous(profile);
      case "cleanup_retention_too_short":
        return [setRetention(profile)];
      case "tables_not_tracked":
        return untrackedTables(facts).map((table) => enableTable(table, taken));
      case "columns_not_tracked":
        return partlyTrackedTables(facts).flatMap((table) => anew(table, taken));
      default:
        return fault satisfies never;
    }
  });
  return inDatabase(database, facts, statements);
}

/** Azure SQL Database knows no USE for another database. */
function inDatabase(
  database: string,
  { isAzure }: Pick<CaptureFacts, "isAzure">,
  statements: readonly string[],
): string {
  const first = isAzure
    ? `-- in the database ${quoteName(database)}`
    : `USE ${quoteName(database)};`;
  return [first, ...statements.map((statement) => `${statement};`)].join("\n");
}

/** The right that enabling needs: sysadmin, on Azure SQL Database db_owner (sys.sp_cdc_enable_db). */
export function grantRole({ isAzure, login, user }: CaptureFacts, database: string): string {
  return isAzure
    ? inDatabase(database, { isAzure }, [`ALTER ROLE db_owner ADD MEMBER ${quoteName(user)}`])
    : `ALTER SERVER ROLE sysadmin ADD MEMBER ${quotePath(login)};`;
}

/** What enabling changes for who works with the database. */
export function switchRefused({ tables }: CaptureFacts): readonly string[] {
  const names = tables.filter(({ isPartitioned }) => isPartitioned).map(formatTableName);
  if (names.length === 0) return [];
  const shown = names.slice(0, MANY).join(", ");
  const more = names.length > MANY ? ` and ${names.length - MANY} more` : "";
  return [
    `ALTER TABLE … SWITCH is refused on ${shown}${more} while the partitioned table is captured: it would move rows that no change tells of.`,
  ];
}
