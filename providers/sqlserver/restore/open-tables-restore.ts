import type { DatabaseRestore, RestoreRequest } from "../../../core/resource/database-server.ts";
import { openConnection } from "../connection/open-connection.ts";
import { type DetachedTables, detachTables } from "../schema/detach-tables.ts";
import { scriptTablesBeforeRows } from "../script/script-schema.ts";
import { step } from "../script/step.ts";
import { ScriptedRestore } from "./database-restore.ts";
import { finishTables } from "./finish-tables.ts";
import { foretell } from "./foretell.ts";
import type { RestoreServer } from "./open-restore.ts";
import { parseSchema } from "./parse-schema.ts";
import { RestoreConnection, untilItPasses } from "./restore-connection.ts";
import { leftoverStage } from "./restore-failures.ts";
import { runStages } from "./run-stages.ts";
import { createStage, dropStage, stageName } from "./stage-schema.ts";

/** A restore of tables into a schema of a database that is there. */
export interface TablesRequest extends RestoreRequest {
  readonly into: string;
  readonly tables: ReadonlySet<string>;
}

export function isOfTables(request: RestoreRequest): request is TablesRequest {
  return request.into !== undefined && request.tables !== undefined;
}

/** The tables as they are to stand in the schema of that name. */
export function detachedOf(
  { target }: Pick<RestoreServer, "target">,
  { schema, tables }: TablesRequest,
  name: string,
): DetachedTables {
  return detachTables(parseSchema(target, schema), tables, name);
}

/** Over a connection of its own: that of the restore may be lost, or in the middle of a load. Not stopped by an abort. */
export async function removeStage(
  { target }: Pick<RestoreServer, "target">,
  database: string,
  stage: string,
): Promise<void> {
  try {
    await untilItPasses(async () => {
      await using connection = await openConnection(target, { database });
      await dropStage(connection, stage);
    }, {});
  } catch (error) {
    throw leftoverStage(target, { database, stage }, error);
  }
}

/** Makes the stage and the tables in it; removes them again when that fails. Nothing else of the database is touched. */
export async function openTablesRestore(
  server: RestoreServer,
  request: TablesRequest,
): Promise<DatabaseRestore> {
  const { database, into, job, signal } = request;
  const stage = stageName(job);
  const { schema, tables } = detachedOf(server, request, stage);
  const { tables: names } = request;
  const told = foretell(parseSchema(server.target, request.schema), { tables: names, into });
  const drop = () => removeStage(server, database, stage);
  await using stack = new AsyncDisposableStack();
  stack.defer(drop);
  const connection = stack.use(new RestoreConnection(server.target, database));
  const begin = step(`the schema ${stage}`, createStage(stage, job));
  const stages = [{ order: "given" as const, steps: [begin] }, ...scriptTablesBeforeRows(schema)];
  await runStages(connection, stages, { signal });
  stack.move();
  const isFuzzy = request.isFuzzy === true;
  const mayLag = request.positionsMayLag === true;
  const parts = { connection, database, staged: schema, stage, into, told, isFuzzy, mayLag };
  return new ScriptedRestore({ connection, database, tables, finish: finishTables(parts), drop });
}
