import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import { knownDatabases, observationOf } from "../drift/observed-facts.ts";
import { pairDatabases } from "../drift/pair-databases.ts";
import type { Clock } from "../kit/clock.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import { readAccepted } from "./read-accepted.ts";

/**
 * A database that is new, and has a recovery point by this job, is no drift any more: it is protected as its set wants it.
 * Nothing else is accepted, and nothing where nobody accepted yet what the server says. Writes only where there is one.
 */
export async function acceptNewDatabases(
  job: JobRecord,
  {
    server,
    databases: said,
  }: { readonly server: Address; readonly databases: readonly DatabaseFacts[] },
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
): Promise<void> {
  const recorded = (await catalog.observations()).filter((each) => each.server === server);
  const accepted = (await readAccepted(recorded)).get(server);
  if (accepted === undefined) return;
  const backedUp = new Set(
    job.databases.flatMap(({ database, point }) => (point === null ? [] : [database])),
  );
  const added = pairDatabases(accepted.databases, knownDatabases(said)).flatMap(
    ({ before, after }) =>
      before === undefined && after !== undefined && backedUp.has(after.name) ? [after] : [],
  );
  if (added.length === 0) return;
  const databases = [...accepted.databases, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const observation = observationOf(server, { ...accepted, databases }, clock.now());
  await catalog.write([{ kind: "put_observation", observation }]);
}
