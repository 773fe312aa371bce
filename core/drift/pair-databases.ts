import type { KnownDatabase } from "./observed-facts.ts";

export interface DatabasePair {
  readonly before: KnownDatabase | undefined;
  readonly after: KnownDatabase | undefined;
}

/**
 * Which database is which. A database keeps its id and its family when it is renamed, and no other has both; so those find
 * each other first, whatever they are called. The rest find each other by name: one that was restored over, or attached
 * again, has another id. Who is left is gone, or new.
 */
export function pairDatabases(
  before: readonly KnownDatabase[],
  after: readonly KnownDatabase[],
): readonly DatabasePair[] {
  const left = new Set(before);
  const byId = new Map(before.map((each) => [each.databaseId, each]));
  const byName = new Map(before.map((each) => [each.name, each]));
  const pairs: DatabasePair[] = [];
  const open: KnownDatabase[] = [];
  for (const now of after) {
    const was = byId.get(now.databaseId);
    if (was !== undefined && isSame(was, now)) {
      left.delete(was);
      pairs.push({ before: was, after: now });
    } else open.push(now);
  }
  for (const now of open) {
    const was = byName.get(now.name);
    const isFree = was !== undefined && left.delete(was);
    pairs.push({ before: isFree ? was : undefined, after: now });
  }
  for (const was of left) pairs.push({ before: was, after: undefined });
  return pairs.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ before, after }: DatabasePair): string {
  return after?.name ?? before?.name ?? "";
}

/**
 * Of two databases with the same id. Where the server did not tell the family of one, the day of creation stands for it,
 * which a rename moves on SQL Server (documentation of sys.databases, create_date).
 */
function isSame(was: KnownDatabase, now: KnownDatabase): boolean {
  if (was.familyGuid !== null && now.familyGuid !== null) return was.familyGuid === now.familyGuid;
  return was.createdAt === now.createdAt;
}
