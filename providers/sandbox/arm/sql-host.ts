import type { EngineParts } from "../engine/session/session-core.ts";

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

export const HOST_TYPES = {
  server: "Microsoft.Sql/servers",
  managed_instance: "Microsoft.Sql/managedInstances",
  virtual_machine: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
} as const;

/** What names a host in a path. */
export interface HostName {
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
