import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import { type KnownDatabase, knownDatabases, observationOf } from "../drift/observed-facts.ts";
import { pairDatabases } from "../drift/pair-databases.ts";
import type { Clock } from "../kit/clock.ts";
import type { ObservedServer } from "../plan/observed.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import { readAccepted } from "./read-accepted.ts";

interface AcceptPorts {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/**
 * A database that is new, and has a recovery point by this job, is no drift any more: it is protected as its set wants it.
 * What was accepted of its change data capture is forgotten: the backup saw to it, and the next change is told again.
 * Nothing else is accepted, and nothing where nobody accepted yet what the server says. Writes only where there is one.
 */
export async function acceptBackedUp(
  job: JobRecord,
  { server, databases }: { readonly server: Address; readonly databases: readonly DatabaseFacts[] },
  ports: AcceptPorts,
): Promise<void> {
  const names = job.databases.flatMap(({ database, point }) => (point === null ? [] : [database]));
  const accepted = await acceptedOf(server, ports);
  if (accepted !== undefined) await accept(server, { accepted, databases, names }, ports);
}

/** What Holdfast itself restored did not come from outside. The server is asked again, where somebody accepted it. */
export async function acceptRestored(
  { server, name }: { readonly server: Address; readonly name: string },
  observe: () => Promise<ObservedServer | undefined>,
  ports: AcceptPorts,
): Promise<void> {
  const accepted = await acceptedOf(server, ports);
  const said = accepted === undefined ? undefined : await observe();
  if (accepted === undefined || said?.status !== "observed") return;
  await accept(server, { accepted, databases: said.databases, names: [name] }, ports);
}

async function acceptedOf(
  server: Address,
  { catalog }: AcceptPorts,
): Promise<ObservedFacts | undefined> {
  const recorded = (await catalog.observations()).filter((each) => each.server === server);
  return (await readAccepted(recorded)).get(server);
}

interface Found {
  readonly accepted: ObservedFacts;
  readonly databases: readonly DatabaseFacts[];
  readonly names: readonly string[];
}

async function accept(
  server: Address,
  { accepted, databases: said, names }: Found,
  { catalog, clock }: AcceptPorts,
): Promise<void> {
  const added = pairDatabases(accepted.databases, knownDatabases(said)).flatMap(
    ({ before, after }) =>
      before === undefined && after !== undefined && names.includes(after.name) ? [after] : [],
  );
  const isSettled = (each: KnownDatabase) =>
    each.capture !== undefined && names.includes(each.name);
  const isSame = !accepted.databases.some(isSettled);
  if (added.length === 0 && isSame) return;
  const kept = accepted.databases.map((each) => (isSettled(each) ? withoutCapture(each) : each));
  const databases = [...kept, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const observation = observationOf(server, { ...accepted, databases }, clock.now());
  await catalog.write([{ kind: "put_observation", observation }]);
}

function withoutCapture(database: KnownDatabase): KnownDatabase {
  return { ...database, capture: undefined };
}
