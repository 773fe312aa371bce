import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { describeServerError, serverErrorsOf } from "../connection/server-error.ts";
import { quoteName } from "../names.ts";

type Where = Pick<ServerTarget, "address" | "host">;
const MANY = 5;

export function databaseExists({ address, host }: Where, database: string): DiagnosticError {
  return failure({
    code: "DATABASE_EXISTS",
    summary: "Database exists",
    detail: `There is a database "${database}" on ${host} already, and a restore never writes into one. Give another name with -as, drop that database first, or bring single tables back beside its own: -tables and -into-schema.`,
    address,
  });
}

export function schemaUnreadable(
  { address }: Partial<Pick<Where, "address">> = {},
  reason: string,
): DiagnosticError {
  return failure({
    code: "SCHEMA_UNREADABLE",
    summary: "Stored schema cannot be read",
    detail: `The schema of this recovery point is not one that this version of Holdfast understands: ${reason}. It may have been written by a newer version; use that one to restore.`,
    address,
  });
}

/** A key that an index wants once is there twice. */
const EQUAL_KEYS: ReadonlySet<number> = new Set([1505, 2601, 2627]);

/** Tells a refused statement as part of the restore; aborts, lost connections and errors of where the rows come from stay what they are. */
export function stepFailed(what: string, cause: unknown): unknown {
  const isRefusal =
    cause instanceof DiagnosticError && cause.diagnostic.code === "SERVER_QUERY_FAILED";
  if (!isRefusal) return cause;
  const [error] = serverErrorsOf(cause);
  if (error === undefined) return cause;
  const isConflict = EQUAL_KEYS.has(error.number);
  return failure(
    {
      code: isConflict ? "RESTORE_ROWS_CONFLICT" : "RESTORE_STATEMENT_FAILED",
      summary: isConflict ? "Rows conflict" : "Restore refused by the server",
      detail: `The server did not accept ${what}. ${describeServerError(error)} What was made is removed again; the recovery point is unchanged.`,
      address: cause.diagnostic.address,
    },
    cause,
  );
}

export function restoreMismatch(
  { address }: Where,
  database: string,
  differences: readonly string[],
): DiagnosticError {
  const shown = differences.slice(0, MANY).map((line) => `    ${line}`);
  const more = differences.length > MANY ? [`    and ${differences.length - MANY} more`] : [];
  return failure({
    code: "RESTORE_MISMATCH",
    summary: "Restored database differs",
    detail: `What was made in the database "${database}" is not what the recovery point has, so it is removed again:\n\n${[...shown, ...more].join("\n")}`,
    address,
  });
}

export function changesUnclear(
  { address }: Where,
  {
    database,
    table,
    moved,
  }: {
    readonly database: string;
    readonly table: { readonly schema: string; readonly name: string };
    readonly moved: number;
  },
): DiagnosticError {
  return failure({
    code: "RESTORE_CHANGES_UNCLEAR",
    summary: "Changes do not tell a whole row",
    detail: `${moved} updates of ${table.schema}.${table.name} changed the key of their row, and change data capture did not tell the large values of those rows. So the rows cannot be made as they were; what was made in the database "${database}" is removed again. Restore the full before these changes, or a later full with what follows it.`,
    address,
  });
}

export function leftover(
  { address, host }: Where,
  database: string,
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "RESTORE_LEFTOVER",
      summary: "Half-restored database left behind",
      detail: `The restore did not end well, and the database "${database}" on ${host} that it was making could not be removed. It is not whole. Remove it:\n\n    DROP DATABASE ${quoteName(database)};`,
      address,
    },
    cause,
  );
}

export function leftoverStage(
  { address, host }: Where,
  { database, stage }: { readonly database: string; readonly stage: string },
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "RESTORE_LEFTOVER",
      summary: "Half-restored tables left behind",
      detail: `The restore did not end well, and the schema ${stage} of the database "${database}" on ${host}, in which it was making the tables, could not be removed. Nothing else of the database was touched. The next restore into this database removes it; or drop its tables, then the schema:\n\n    DROP SCHEMA ${quoteName(stage)};`,
      address,
    },
    cause,
  );
}
