import type { EngineParts } from "../engine/session/session-core.ts";
import type { StoredDatabase } from "../storage/stored-database.ts";
import { isSameName } from "./resource-id.ts";

/** What an engine of the sandbox is in the subscription. */
export interface SqlHost {
  readonly kind: "server" | "managed_instance" | "virtual_machine";
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** `westeurope`. */
  readonly location: string;
  /** What clients connect to. */
  readonly domainName: string;
  readonly administrator: string;
  readonly engine: EngineParts;
}

export interface Subscription {
  readonly subscriptionId: string;
  readonly displayName: string;
}

export const HOST_TYPES = {
  server: "Microsoft.Sql/servers",
  managed_instance: "Microsoft.Sql/managedInstances",
  virtual_machine: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
} as const;

/** What Azure Resource Manager knows of a database beyond the engine. */
export interface DatabaseRecord {
  tags: Readonly<Record<string, string>>;
  backupStorageRedundancy: "Geo" | "Local" | "Zone";
}

/** Everything that requests are answered from. */
export class AzureWorld {
  readonly tenantId: string;
  readonly subscriptions: readonly Subscription[];
  readonly hosts: readonly SqlHost[];
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
    const record: DatabaseRecord = { tags: {}, backupStorageRedundancy: "Geo" };
    this.#records.set(database, record);
    return record;
  }
}

interface HostName {
  readonly kind: SqlHost["kind"];
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

export function hostId({ kind, subscriptionId, resourceGroup, name }: HostName): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${HOST_TYPES[kind]}/${name}`;
}

export function databaseIdOf(host: SqlHost, name: string): string {
  return `${hostId(host)}/databases/${name}`;
}
