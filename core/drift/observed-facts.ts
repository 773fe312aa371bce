import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import type { DatabaseFacts, ServerFacts } from "../resource/database-server.ts";
import { type FurtherFacts, furtherFactsOf } from "./further-facts.ts";

export type KnownDatabase = ObservedFacts["databases"][number];

/** What a server says when it is asked. */
export interface ServerAnswer {
  readonly facts: ServerFacts;
  readonly databases: readonly DatabaseFacts[];
  /** What was asked besides. */
  readonly further?: FurtherFacts | undefined;
}

/** tempdb is made anew at every start of the server. */
const NEVER_KEPT = "tempdb";

/** What is compared of what a server says. */
export function factsOf({ facts, databases, further }: ServerAnswer): ObservedFacts {
  const { name, version, edition, login, rights } = facts;
  return {
    format: 1,
    name,
    version,
    edition,
    login,
    rights: rights === null ? null : rights.toSorted(),
    databases: [...knownDatabases(databases, further)],
  };
}

export function knownDatabases(
  databases: readonly DatabaseFacts[],
  further?: FurtherFacts,
): readonly KnownDatabase[] {
  return databases
    .filter((database) => database.name !== NEVER_KEPT)
    .map((database) => ({
      ...knownDatabase(database),
      ...(further === undefined ? {} : furtherFactsOf(database.name, further)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function knownDatabase(database: DatabaseFacts): KnownDatabase {
  return {
    name: database.name,
    databaseId: database.databaseId,
    state: database.state,
    isSystem: database.isSystem,
    recoveryModel: database.recoveryModel,
    snapshotIsolation: database.snapshotIsolation,
    createdAt: database.createdAt,
    familyGuid: database.familyGuid,
    recoveryForkGuid: database.recoveryForkGuid,
    rights: database.rights === null ? null : database.rights.toSorted(),
  };
}

/**
 * What is recorded once somebody accepted what a server says. What it cannot say of a database just now, because that is not
 * online, is what it said before: or a database that comes back restored over would look the same.
 */
export function acceptedFacts(
  now: ObservedFacts,
  before: ObservedFacts | undefined,
): ObservedFacts {
  const earlier = new Map(before?.databases.map((each) => [each.databaseId, each]));
  const databases = now.databases.map((database) => {
    const known = earlier.get(database.databaseId);
    if (known === undefined || known.createdAt !== database.createdAt) return database;
    return {
      ...furtherOf(known),
      ...database,
      familyGuid: database.familyGuid ?? known.familyGuid,
      recoveryForkGuid: database.recoveryForkGuid ?? known.recoveryForkGuid,
      rights: database.rights ?? known.rights,
    };
  });
  return { ...now, databases };
}

/** As it was accepted; a copy is what its tags say now. */
function furtherOf({ capture, tier, retention }: KnownDatabase): Partial<KnownDatabase> {
  return {
    ...(capture === undefined ? {} : { capture }),
    ...(tier === undefined ? {} : { tier }),
    ...(retention === undefined ? {} : { retention }),
  };
}

/** What is known, and nothing of what was not asked. */
export function databaseJson(database: KnownDatabase): JsonObject {
  const { capture, tier, retention, copy, ...plain } = database;
  return {
    ...plain,
    ...(capture === undefined ? {} : { capture }),
    ...(tier === undefined ? {} : { tier }),
    ...(retention === undefined ? {} : { retention }),
    ...(copy === undefined ? {} : { copy }),
  };
}

export function observationOf(
  server: Address,
  facts: ObservedFacts,
  at: Instant,
): ServerObservation {
  return {
    server,
    at,
    facts: { ...facts, databases: facts.databases.map(databaseJson) },
  };
}
