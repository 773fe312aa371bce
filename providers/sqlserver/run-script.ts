import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { Abortable, ServerTarget } from "../../core/resource/database-server.ts";
import { openConnection } from "./connection/open-connection.ts";
import { quoteName, quoteText } from "./names.ts";

/** A batch of a script. */
export interface NumberedBatch {
  readonly sql: string;
  /** The line of the file on which it starts, from 1. */
  readonly line: number;
  readonly count: number;
}

export interface Script extends Abortable {
  /** For messages. */
  readonly file: string;
  readonly batches: readonly NumberedBatch[];
  /** Made when missing; master where absent. */
  readonly database?: string | undefined;
}

/** Runs the batches one after the other on one connection, as sqlcmd does. Stops at the first error, which then names the file and the batch's line. */
export async function runScript(target: ServerTarget, script: Script): Promise<void> {
  const { file, batches, database, signal } = script;
  await using connection = await openConnection(target, { database: "master", signal });
  if (database !== undefined) {
    const name = quoteName(database);
    await connection.execute(`IF DB_ID(${quoteText(database)}) IS NULL CREATE DATABASE ${name};`, {
      signal,
    });
    await connection.execute(`USE ${name};`, { signal });
  }
  for (const { sql, line, count } of batches) {
    for (let turn = 0; turn < count; turn += 1) {
      try {
        await connection.execute(sql, { signal });
      } catch (error) {
        throw located(error, `${file}, batch from line ${line}`);
      }
    }
  }
}

function located(error: unknown, place: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const { diagnostic } = error;
  return new DiagnosticError(
    { ...diagnostic, detail: `${place}: ${diagnostic.detail}` },
    { cause: error },
  );
}
