import { tryParseServerId } from "../resource/azure-server-id.ts";
import type { AzureServerPlace } from "../resource/azure-sql.ts";

/** A database in Azure, by its resource id, or by its server and its name. */
export interface RetentionId {
  readonly kind: "azure_retention";
  /** An address, a host or the name of the Azure resource; or its place. */
  readonly server: string | AzureServerPlace;
  readonly database: string;
}

export const RETENTION_ID_FORM =
  "SERVER/DATABASE, such as server.orders/Sales or orders-sql/Sales, or the resource id of a database of Azure";

const DATABASE = /^(\/.+)\/databases\/([^/]+)$/i;

/** Undefined for what names no database. */
export function parseRetentionId(id: string): RetentionId | undefined {
  const [, holder = "", inner = ""] = DATABASE.exec(id) ?? [];
  const place = tryParseServerId(holder);
  if (place !== undefined) return { kind: "azure_retention", server: place, database: inner };
  const slash = id.indexOf("/");
  const [named, name] = [id.slice(0, Math.max(slash, 0)), id.slice(slash + 1)];
  if (named === "" || name === "") return undefined;
  return { kind: "azure_retention", server: named, database: name };
}
