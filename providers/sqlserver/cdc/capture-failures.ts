import { type DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { Place } from "../connection/failures.ts";
import { describeServerError, serverErrorsOf } from "../connection/server-error.ts";
import { quoteName, quoteText } from "../names.ts";

/** 313 is what a range that is cleaned up gives; 208 and 22920 a change table and an instance that are gone. */
const GAP_ERRORS: ReadonlySet<number> = new Set([313, 208, 22_920, 22_985, 22_901]);

function saidBy(cause: unknown): string {
  const errors = serverErrorsOf(cause);
  return errors.map(describeServerError).join(" ");
}

export function enableFailed({ target }: Place, database: string, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "CDC_ENABLE_FAILED",
      summary: "Change data capture could not be enabled",
      detail: `The server did not enable change data capture in the database "${database}" and its tables, so no backup was made. ${saidBy(cause)} Whatever was enabled by then was disabled again, or will be by the next backup. Put right what the message says, or use another method for this database.`,
      address: target.address,
    },
    cause,
  );
}

export function disableFailed(
  { target }: Place,
  database: string,
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "CDC_DISABLE_FAILED",
      summary: "Change data capture could not be disabled",
      detail: `The server did not disable change data capture in the database "${database}", which is to be enabled anew with the settings of the policy. ${saidBy(cause)} No backup was made. Disable it, then back up again:\n\n    EXEC sys.sp_cdc_disable_db;`,
      address: target.address,
    },
    cause,
  );
}

interface Unseeing {
  readonly isAzure: boolean;
  readonly isOwner: boolean;
  readonly user: string;
  readonly login: string;
}

/** Change tables, and on Azure SQL Database the jobs, are open to db_owner; elsewhere jobs stand in msdb. */
function grantsToSee(database: string, { isAzure, isOwner, user, login }: Unseeing): string {
  const owner = `ALTER ROLE db_owner ADD MEMBER ${quoteName(user)};`;
  if (isAzure) return `-- in the database ${quoteName(database)}\n${owner}`;
  const own = isOwner ? "" : `USE ${quoteName(database)};\n${owner}\n`;
  return `${own}USE [msdb];\nIF USER_ID(${quoteText(login)}) IS NULL CREATE USER ${quoteName(login)} FOR LOGIN ${quoteName(login)};\nGRANT SELECT ON dbo.cdc_jobs TO ${quoteName(login)};`;
}

export function jobsUnseen(
  { target, database = "" }: Place,
  unseeing: Unseeing,
  cause: unknown,
): DiagnosticError {
  const grants = grantsToSee(database, unseeing).replaceAll("\n", "\n    ");
  return failure(
    {
      code: "SERVER_PERMISSION_MISSING",
      summary: "Permission missing to see change data capture",
      detail: `Backups of captured changes of "${database}" need to see how long changes are kept and whether the capture runs, and this login may not. ${saidBy(cause)} Run this, then back up again:\n\n    ${grants}`,
      address: target.address,
    },
    cause,
  );
}

export function changesLost({ target }: Place, database: string, cause?: unknown): DiagnosticError {
  const said = cause === undefined ? "" : ` ${saidBy(cause)}`;
  return failure(
    {
      code: "CDC_CHANGES_LOST",
      summary: "Changes were removed before a backup took them",
      detail: `The change tables of "${database}" do not hold all changes since the last backup: clean-up took them, or capture was changed meanwhile.${said} A backup of the rest would have a hole.`,
      address: target.address,
    },
    cause,
  );
}

/** Tells a change table that is gone, or a range that is, as a hole; the rest as it is. */
export function readingFailure(place: Place, database: string, cause: unknown): unknown {
  const isGap = serverErrorsOf(cause).some(({ number }) => GAP_ERRORS.has(number));
  return isGap ? changesLost(place, database, cause) : cause;
}
