import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type {
  DatabaseFacts,
  MissingPermission,
  ServerTarget,
} from "../../../core/resource/database-server.ts";
import { describeServerError, serverErrorsOf } from "../connection/server-error.ts";
import { quoteName } from "../names.ts";
import type { Finding } from "../schema/finding.ts";

const MANY = 5;

type Where = Pick<ServerTarget, "address" | "host">;

export function databaseNotFound({ address, host }: Where, database: string): DiagnosticError {
  return failure({
    code: "DATABASE_NOT_FOUND",
    summary: "Database not found",
    detail: `There is no database "${database}" on ${host}, or this login may not see it. It may have been renamed or dropped.`,
    address,
  });
}

export function databaseNotReady({ address, host }: Where, facts: DatabaseFacts): DiagnosticError {
  return failure({
    code: "DATABASE_NOT_READY",
    summary: "Database not ready",
    detail: `The database "${facts.name}" on ${host} is ${facts.state.replaceAll("_", " ")}, so nothing can be read from it. Bring it online, then run the backup again.`,
    address,
  });
}

export function snapshotIsolationOff({ address, host }: Where, database: string): DiagnosticError {
  return failure({
    code: "SNAPSHOT_ISOLATION_OFF",
    summary: "Snapshot isolation is off",
    detail: `The database "${database}" on ${host} does not allow snapshot isolation, so its tables cannot be read as of one moment. Holdfast never switches it on itself, because row versions cost space in tempdb. Run this on the server:\n\n    ALTER DATABASE ${quoteName(database)} SET ALLOW_SNAPSHOT_ISOLATION ON;`,
    address,
  });
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MANY).join(", ");
  return names.length > MANY ? `${shown} and ${names.length - MANY} more` : shown;
}

/** `XML indexes: dbo.T.I, dbo.U.J` */
export function describeFinding({ what, names }: Finding): string {
  return `${what}: ${list(names)}`;
}

export function notScriptable(
  { address }: Where,
  database: string,
  obstacles: readonly Finding[],
): DiagnosticError {
  const lines = obstacles.map((finding) => `    ${describeFinding(finding)}`).join("\n");
  return failure({
    code: "SCHEMA_NOT_SCRIPTABLE",
    summary: "Database holds what method snapshot cannot bring back",
    detail: `A backup of "${database}" by the method snapshot would not bring these back with their rows and meaning, so none is made:\n\n${lines}\n\nUse the method native where the server has it, or move these objects to another database.`,
    address,
  });
}

/** Keeps aborts and tells the rest as a failed read of one table, with the server's own words. */
export function tableReadFailed(table: string, cause: unknown): unknown {
  const [error] = serverErrorsOf(cause);
  if (!(cause instanceof DiagnosticError)) return cause;
  const said = error === undefined ? cause.diagnostic.detail : describeServerError(error);
  return failure(
    {
      code: "TABLE_READ_FAILED",
      summary: "Table could not be read",
      detail: `The table ${table} could not be read to its end. ${said} The backup of this database is given up, because a table would be missing from it; earlier recovery points are whole. Run the backup again, and change tables outside the backup window.`,
      address: cause.diagnostic.address,
    },
    cause,
  );
}

export function schemaChanged(
  { address }: Where,
  database: string,
  changes: readonly string[],
): DiagnosticError {
  return failure({
    code: "SCHEMA_CHANGED_DURING_BACKUP",
    summary: "Schema changed during the backup",
    detail: `The schema of "${database}" changed while its rows were read: ${list(changes)}. The server keeps no versions of a schema, so rows and schema may not fit together, and the backup is given up. Run it again when no change is deployed.`,
    address,
  });
}

/** The server rolls back the transaction of a deadlock's victim, and the session goes on without one. */
export function snapshotLost({ address }: Where, database: string): DiagnosticError {
  return failure({
    code: "SNAPSHOT_LOST",
    summary: "Snapshot lost during the backup",
    detail: `The server ended the transaction in which "${database}" was read, so that its tables are not of one moment, and the backup is given up; earlier recovery points are whole. Run the backup again.`,
    address,
  });
}

/** A login that sees less than everything would save a part as if it were the whole: hidden objects, masks for values. */
export function sightMissing(
  { address }: Where,
  database: string,
  missing: readonly MissingPermission[],
): DiagnosticError {
  const remedies = missing.map(({ remedy }) => `    ${remedy}`).join("\n");
  return failure({
    code: "SERVER_PERMISSION_MISSING",
    summary: "Permission missing",
    detail: `This login does not see all of the database "${database}", and a backup of a part would look whole. It lacks ${missing.map(({ permission }) => permission).join(", ")}. Run this on the server:\n\n${remedies}`,
    address,
  });
}
