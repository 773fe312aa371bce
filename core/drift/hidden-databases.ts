import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";

/**
 * Whether the system databases of a server stay hidden: of SQL Server on an Azure VM that was recorded by a version that did
 * not discover them. Every server has a master, so a recorded one without any tells who recorded it. Such a server shows
 * them once it was discovered again (`init -rediscover`), and from then on.
 */
export function hidesSystemDatabases(
  kind: string | undefined,
  accepted: Pick<ObservedFacts, "databases"> | undefined,
): boolean {
  if (kind !== "azure_vm" || accepted === undefined) return false;
  return !accepted.databases.some(({ isSystem }) => isSystem);
}

/** What is left of the databases that a server has. */
export function shownDatabases<T extends Pick<DatabaseFacts, "isSystem">>(
  databases: readonly T[],
  { hidesSystem }: { readonly hidesSystem: boolean },
): readonly T[] {
  return hidesSystem ? databases.filter(({ isSystem }) => !isSystem) : databases;
}
