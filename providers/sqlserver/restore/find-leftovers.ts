import type { Abortable } from "../../../core/kit/abortable.ts";
import type { RestoreLeftover, RestoreRequest } from "../../../core/resource/database-server.ts";
import { isPassing } from "../connection/failures.ts";
import { openConnection } from "../connection/open-connection.ts";
import { dropDatabase } from "./drop-database.ts";
import { readMarkedSchemas, readMarkOf } from "./mark.ts";
import type { RestoreServer } from "./open-restore.ts";
import { isOfTables, removeStage } from "./open-tables-restore.ts";
import { untilItPasses } from "./restore-connection.ts";
import { STAGE } from "./stage-schema.ts";

async function ofDatabase(
  server: RestoreServer,
  { database, signal }: RestoreRequest,
): Promise<readonly RestoreLeftover[]> {
  const found = await readMarkOf(server.target, database, { signal });
  if (found === undefined || (found.madeAs ?? database) !== database) return [];
  const remove = async (options: Abortable = {}): Promise<void> => {
    const now = await readMarkOf(server.target, database, options);
    if (now === undefined || now.job !== found.job || now.since !== found.since) return;
    await dropDatabase(server, database);
  };
  return [{ ...found, what: `the database "${database}"`, isInTheWay: true, remove }];
}

async function ofStages(
  server: RestoreServer,
  { database, signal }: RestoreRequest,
): Promise<readonly RestoreLeftover[]> {
  const look = async () => {
    await using connection = await openConnection(server.target, { database, signal });
    return await readMarkedSchemas(connection, { signal });
  };
  const stages = await untilItPasses(look, { signal, passes: isPassing });
  return stages
    .filter(({ name }) => name.startsWith(STAGE))
    .map(({ name, ...mark }) => ({
      ...mark,
      what: `the schema ${name} of "${database}"`,
      isInTheWay: false,
      remove: () => removeStage(server, database, name),
    }));
}

/** What earlier restores to the same place left half made, by the marks in it: a name alone says nothing. Changes nothing. */
export async function findLeftovers(
  server: RestoreServer,
  request: RestoreRequest,
): Promise<readonly RestoreLeftover[]> {
  try {
    return await (isOfTables(request) ? ofStages(server, request) : ofDatabase(server, request));
  } catch {
    // A database that cannot be looked into tells nothing: the obstacles say what is wrong with it.
    request.signal?.throwIfAborted();
    return [];
  }
}
