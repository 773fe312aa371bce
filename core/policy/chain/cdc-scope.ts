import type { PointType } from "../model/policy-point.ts";

interface NamedDatabase {
  readonly name: string;
  /** master, model or msdb; tempdb is never backed up at all. */
  readonly isSystem: boolean;
}

interface SkippedDatabase {
  readonly database: string;
  readonly reason: "system_db_cdc";
}

/** Which databases of a set a backup of changes covers. */
export type CdcScope =
  | {
      readonly kind: "covers";
      readonly databases: readonly string[];
      readonly skipped: readonly SkippedDatabase[];
    }
  /** There is nothing that it could cover. */
  | {
      readonly kind: "covers_nothing";
      readonly code: "AZURE_SQL_1057";
      readonly skipped: readonly SkippedDatabase[];
    };

/** SQL Server captures no changes in system databases, so none is asked to. */
export function cdcScope(databases: readonly NamedDatabase[]): CdcScope {
  const skipped = databases
    .filter(({ isSystem }) => isSystem)
    .map(({ name }) => ({ database: name, reason: "system_db_cdc" as const }));
  const covered = databases.filter(({ isSystem }) => !isSystem).map(({ name }) => name);
  return covered.length === 0 && skipped.length > 0
    ? { kind: "covers_nothing", code: "AZURE_SQL_1057", skipped }
    : { kind: "covers", databases: covered, skipped };
}

/** System databases have fulls only: SQL Server refuses a differential of master (3024) and its log (4212). */
export function mayBackUp(database: NamedDatabase, type: PointType): boolean {
  return type === "full" || !database.isSystem;
}

/** What error 22989 means, should a server give it all the same; undefined for other errors. */
export function cdcReasonOfError(number: number): "system_db_cdc_unsupported" | undefined {
  return number === 22_989 ? "system_db_cdc_unsupported" : undefined;
}
