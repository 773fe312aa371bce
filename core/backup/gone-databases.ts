import type { CatalogReader } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import type { BackupRequest } from "./backup-request.ts";

/** So many jobs back it is looked whether one told of a database already. */
const MOST_JOBS = 50;

type Request = Pick<BackupRequest, "backupSet" | "server" | "selection">;

/**
 * Databases of which the backup set has points, that its patterns cover and that the server does not show, each until a
 * job over the whole set has told of it. Plain names are missed by `missingNames`.
 */
export async function goneDatabases(
  databases: readonly DatabaseFacts[],
  { request, job }: { readonly request: Request; readonly job: string },
  catalog: Pick<CatalogReader, "points" | "jobs">,
): Promise<readonly string[]> {
  const newest = newestOfGone(await catalog.points(), databases, request);
  if (newest.size === 0) return [];
  const isMany = selectDatabases(databases, request.selection).length > 1;
  const jobs = (await catalog.jobs({ limit: MOST_JOBS })).filter(
    ({ id, operation, subject }) =>
      id !== job && operation === "backup" && subject === request.backupSet,
  );
  const told = (name: string, since: number) =>
    jobs.some((each) => isAfter(each, since) && isWhole(each, isMany) && !names(each, name));
  return [...newest].flatMap(([name, since]) => (told(name, since) ? [] : [name]));
}

function newestOfGone(
  points: readonly RecoveryPoint[],
  databases: readonly DatabaseFacts[],
  { backupSet, server, selection }: Request,
): ReadonlyMap<string, number> {
  const there = new Set(databases.map(({ name }) => name.toLowerCase()));
  const newest = new Map<string, number>();
  for (const point of points) {
    const { database: name, startedAt, state } = point;
    const isOurs = point.backupSet === backupSet && point.server === server;
    if (!isOurs || state !== "listed" || there.has(name.toLowerCase())) continue;
    if (selection.include.some((each) => each.toLowerCase() === name.toLowerCase())) continue;
    if (selectDatabases([{ name, isSystem: false }], selection).length === 0) continue;
    newest.set(name, Math.max(startedAt, newest.get(name) ?? 0));
  }
  return newest;
}

function isAfter({ startedAt }: JobRecord, since: number): boolean {
  return startedAt !== null && startedAt > since;
}

/** A job of one database of several was asked for by its name. */
function isWhole({ databases }: JobRecord, isMany: boolean): boolean {
  return databases.length > (isMany ? 1 : 0);
}

function names({ databases }: JobRecord, name: string): boolean {
  return databases.some(({ database }) => database === name);
}
