import type { StoredDatabase } from "../storage/stored-database.ts";
import { isSameName } from "./resource-id.ts";
import { KeptBackups } from "./sql/kept-backups.ts";
import type { HostName, SqlHost } from "./sql-host.ts";

export interface Subscription {
  readonly subscriptionId: string;
  readonly displayName: string;
}

/** What Azure Resource Manager knows of a database beyond the engine. */
export interface DatabaseRecord {
  tags: Readonly<Record<string, string>>;
  backupStorageRedundancy: "Geo" | "Local" | "Zone";
  shortTerm: ShortTermPolicy;
  longTerm: LongTermPolicy;
}

/** How long backups for a point in time are kept. */
export interface ShortTermPolicy {
  readonly retentionDays: number;
  readonly diffBackupIntervalInHours: number;
}

/** Durations of ISO 8601; PT0S: none are kept. */
export interface LongTermPolicy {
  readonly weeklyRetention: string;
  readonly monthlyRetention: string;
  readonly yearlyRetention: string;
  /** 1 to 52; 0 where no yearly backup is kept. */
  readonly weekOfYear: number;
}

/** What a new database has (learn.microsoft.com: azure-sql/database/automated-backups-overview, long-term-retention-overview). */
function createRecord(): DatabaseRecord {
  return {
    tags: {},
    backupStorageRedundancy: "Geo",
    shortTerm: { retentionDays: 7, diffBackupIntervalInHours: 12 },
    longTerm: {
      weeklyRetention: "PT0S",
      monthlyRetention: "PT0S",
      yearlyRetention: "PT0S",
      weekOfYear: 0,
    },
  };
}

/** Everything that requests are answered from. */
export class AzureWorld {
  readonly tenantId: string;
  readonly subscriptions: readonly Subscription[];
  readonly hosts: readonly SqlHost[];
  readonly backups = new KeptBackups();
  readonly #records = new WeakMap<StoredDatabase, DatabaseRecord>();

  constructor(parts: Pick<AzureWorld, "tenantId" | "subscriptions" | "hosts">) {
    this.tenantId = parts.tenantId;
    this.subscriptions = parts.subscriptions;
    this.hosts = parts.hosts;
  }

  findHost(
    kind: SqlHost["kind"],
    { subscriptionId, resourceGroup, name }: Omit<HostName, "kind">,
  ): SqlHost | undefined {
    return this.hosts.find(
      (host) =>
        host.kind === kind &&
        isSameName(host.subscriptionId, subscriptionId) &&
        isSameName(host.resourceGroup, resourceGroup) &&
        isSameName(host.name, name),
    );
  }

  /** What is kept of a database; it goes with the database. */
  recordOf(database: StoredDatabase): DatabaseRecord {
    const known = this.#records.get(database);
    if (known !== undefined) return known;
    const record = createRecord();
    this.#records.set(database, record);
    return record;
  }
}
