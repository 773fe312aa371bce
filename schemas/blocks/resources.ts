import type { AttributesOf } from "./attributes-of.ts";
import { AZURE_RETENTION } from "./azure-retention.ts";
import { BACKUP_SET } from "./backup-set.ts";
import { BRIDGE } from "./bridge.ts";
import { CREDENTIAL } from "./credential.ts";
import { DRILL } from "./drill.ts";
import { POLICY } from "./policy.ts";
import { RETENTION } from "./retention.ts";
import { SERVER } from "./server.ts";
import { VAULT } from "./vault.ts";

/** The blocks that become resources, by type, in the order of the reference pages. */
export const RESOURCES = {
  credential: CREDENTIAL,
  server: SERVER,
  vault: VAULT,
  retention: RETENTION,
  policy: POLICY,
  backup_set: BACKUP_SET,
  bridge: BRIDGE,
  drill: DRILL,
  azure_retention: AZURE_RETENTION,
} as const;

export type ResourceType = keyof typeof RESOURCES;

/** The resolved attributes of a resource of that type: `ResourceAttributes<"server">`. */
export type ResourceAttributes<T extends ResourceType> = AttributesOf<(typeof RESOURCES)[T]>;

export function isResourceType(type: string): type is ResourceType {
  return Object.hasOwn(RESOURCES, type);
}

/**
 * The attributes of a resource of a configuration or of a catalog, with their type. Undefined when it is of another
 * type. The cast holds because only attributes that were checked against the schema become a resource.
 */
export function attributesOf<T extends ResourceType>(
  resource: { readonly type: string; readonly attributes: object },
  type: T,
): ResourceAttributes<T> | undefined {
  return resource.type === type ? (resource.attributes as ResourceAttributes<T>) : undefined;
}
