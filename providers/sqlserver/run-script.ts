import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { Abortable } from "../../core/kit/abortable.ts";
import type { ServerTarget } from "../../core/resource/database-server.ts";
import { openConnection } from "./connection/open-connection.ts";
import { serverErrorsOf } from "./connection/server-error.ts";
import { quoteName, quoteText } from "./names.ts";

/** A batch of a script. */
interface NumberedBatch {
  readonly sql: string;
  /** The line of the file on which it starts, from 1. */
  readonly line: number;
  readonly count: number;
}

interface Script extends Abortable {
  /** For messages. */
  readonly file: string;
  readonly batches: readonly NumberedBatch[];
  /** Made when missing; master where absent. */
  readonly database?: string | undefined;
}

/** Runs the batches one after the other on one connection, as sqlcmd does. Stops at the first error, which then names the file and the batch's line. */
export async function runScript(target: ServerTarget, script: Script): Promise<void> {
  const { file, batches, database = "master", signal } = script;
  await ensureDatabase(target, script);
  await using connection = await openConnection(target, { database, signal });
  for (const { sql, line, count } of batches) {
    for (let turn = 0; turn < count; turn += 1) {
      try {
        await connection.execute(sql, { signal });
      } catch (error) {
        throw located(error, { file, line });
      }
    }
  }
}

async function ensureDatabase(target: ServerTarget, { database, signal }: Script): Promise<void> {
  if (database === undefined) return;
  await using connection = await openConnection(target, { database: "master", signal });
  const create = `CREATE DATABASE ${quoteName(database)}`;
  await connection.execute(`IF DB_ID(${quoteText(database)}) IS NULL ${create};`, { signal });
}

function located(error: unknown, batch: { readonly file: string; readonly line: number }): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const { diagnostic } = error;
  const [first] = serverErrorsOf(error);
  if (first === undefined) {
    const detail = `${batch.file}, batch from line ${batch.line}: ${diagnostic.detail}`;
    return new DiagnosticError({ ...diagnostic, detail }, { cause: error });
  }
  const { number, procedure, message } = first;
  const line = procedure === "" ? batch.line + Math.max(1, first.line) - 1 : batch.line;
  const inside = procedure === "" ? "" : `, in ${procedure}`;
  const detail = `${batch.file}, line ${line}: error ${number}${inside}: ${message} The batches before this one were run, the rest was not.`;
  return new DiagnosticError({ ...diagnostic, summary: "Script failed", detail }, { cause: error });
}
