import type { Abortable } from "../../../core/kit/abortable.ts";
import type { RestoreLeftover } from "../../../core/resource/database-server.ts";
import { isPassing } from "../connection/failures.ts";
import { openConnection } from "../connection/open-connection.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName } from "../names.ts";
import { dropDatabase } from "./drop-database.ts";
import { type Mark, readMark, readMarkedSchemas, readMarkOf } from "./mark.ts";
import type { RestoreServer } from "./open-restore.ts";
import { removeStage } from "./open-tables-restore.ts";
import { untilItPasses } from "./restore-connection.ts";
import { endStage, STAGE } from "./stage-schema.ts";

interface Place {
  readonly server: RestoreServer;
  readonly database: string;
}

/** Who gave a database another name may be using it. */
function ofDatabase({ server, database }: Place, mark: Mark): readonly RestoreLeftover[] {
  const { madeAs, ...found } = mark;
  if ((madeAs ?? database) !== database) return [];
  const remove = async (options: Abortable = {}): Promise<void> => {
    const now = await readMarkOf(server.target, database, options);
    if (now === undefined || now.job !== found.job || now.since !== found.since) return;
    await dropDatabase(server, database);
  };
  const what = `the database "${database}"`;
  const removal = `DROP DATABASE ${quoteName(database)};`;
  return [{ ...found, kind: "database", what, removal, remove }];
}

async function ofStages(
  { server, database }: Place,
  connection: TdsConnection,
  options: Abortable,
): Promise<readonly RestoreLeftover[]> {
  const stages = (await readMarkedSchemas(connection, options)).filter(({ name }) =>
    name.startsWith(STAGE),
  );
  const found: RestoreLeftover[] = [];
  for (const { name, job, since } of stages) {
    const statements = await endStage(connection, name, options);
    found.push({
      kind: "schema",
      job,
      since,
      what: `the schema ${name} of "${database}"`,
      removal: [`USE ${quoteName(database)};`, ...statements.map((sql) => `${sql};`)].join("\n"),
      remove: () => removeStage(server, database, name),
    });
  }
  return found;
}

/** What restores left half made, or are making, by the marks in it: a name alone says nothing. Changes nothing. */
export function findLeftovers(
  server: RestoreServer,
  database: string,
  { signal }: Abortable,
): Promise<readonly RestoreLeftover[]> {
  const place = { server, database };
  const look = async () => {
    await using connection = await openConnection(server.target, { database, signal });
    const mark = await readMark(connection, { signal });
    const whole = mark === undefined ? [] : ofDatabase(place, mark);
    return [...whole, ...(await ofStages(place, connection, { signal }))];
  };
  return untilItPasses(look, { signal, passes: isPassing });
}
