import { formatAddress } from "../../../core/address/address.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { FoundDrift, ServerNow } from "../../../core/drift/find-drift.ts";
import { findDrift } from "../../../core/drift/find-drift.ts";
import { factsOf } from "../../../core/drift/observed-facts.ts";
import type { SetRule } from "../../../core/drift/subject.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { DatabaseFacts, ServerFacts } from "../../../core/resource/database-server.ts";
import type { ObservedFacts } from "../../../schemas/server-observation.ts";
import { database as onlineDatabase } from "../plan/sample-configuration.ts";

export const SERVER = formatAddress("server", "orders");

export const RIGHTS = [
  "BACKUP DATABASE",
  "BACKUP LOG",
  "CONNECT",
  "SELECT",
  "UNMASK",
  "VIEW DEFINITION",
] as const;

export function database(name: string, facts: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return onlineDatabase(name, {
    createdAt: "2017-02-01T08:00:00",
    familyGuid: `family of ${facts.databaseId ?? 5}`,
    recoveryForkGuid: `fork of ${facts.databaseId ?? 5}`,
    rights: [...RIGHTS],
    ...facts,
  });
}

export function serverFacts(facts: Partial<ServerFacts> = {}): ServerFacts {
  return {
    name: "ORDERS01",
    version: "16.0.4105.2",
    edition: "Standard Edition (64-bit)",
    collation: "Latin1_General_CI_AS",
    login: "backup",
    rights: ["VIEW ANY DATABASE", "CREATE ANY DATABASE"],
    ...facts,
  };
}

export function answer(
  databases: readonly DatabaseFacts[],
  facts: Partial<ServerFacts> = {},
): ObservedFacts {
  return factsOf({ facts: serverFacts(facts), databases });
}

export function set(rule: Partial<SetRule> = {}): SetRule {
  return {
    address: formatAddress("backup_set", "orders"),
    server: SERVER,
    selection: { include: ["*"], exclude: [], system: false },
    method: "snapshot",
    hasLog: false,
    ...rule,
  };
}

export function point(database: string, id = "p1"): RecoveryPoint {
  const at = toInstant(Date.UTC(2017, 1, 10, 12));
  return {
    id,
    state: "listed",
    backupSet: formatAddress("backup_set", "orders"),
    server: SERVER,
    vault: formatAddress("vault", "main"),
    database,
    type: "full",
    method: "snapshot",
    trigger: "manual",
    consistency: "transactional",
    startedAt: at,
    createdAt: at,
    base: null,
    convertedFrom: null,
    conversionReason: null,
    bytesRead: 1,
    bytesStored: 1,
    job: "j1",
  };
}

interface Case {
  readonly before: ObservedFacts | undefined;
  readonly after: ObservedFacts | ServerNow;
  readonly sets?: readonly SetRule[];
  readonly points?: readonly RecoveryPoint[];
}

export function compare({ before, after, sets = [set()], points = [] }: Case): FoundDrift {
  const now: ServerNow = "status" in after ? after : { status: "observed", facts: after };
  return findDrift({
    accepted: new Map(before === undefined ? [] : [[SERVER, before]]),
    now: new Map([[SERVER, now]]),
    sets,
    points,
  });
}
