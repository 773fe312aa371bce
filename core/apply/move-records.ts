import type { Catalog, CatalogChange, CatalogReader } from "../catalog/catalog.ts";
import type { Worker } from "../catalog/job.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import { renamingPatch } from "../catalog/point-patch.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { renameDatabase } from "../plan/database-renames.ts";
import type { Renames } from "../plan/moves.ts";
import type { DatabaseRename, Plan } from "../plan/plan.ts";
import { renameJob, renameObject, renamePoint } from "../plan/rename.ts";
import { requireNoOpenJob } from "./open-jobs.ts";

interface MoveFacts {
  readonly catalog: CatalogReader;
  /** Whether the process of a running job may still write what it knows by the old address. */
  readonly isAlive: (worker: Worker) => boolean;
}

interface MoveOptions extends MoveFacts {
  readonly catalog: Catalog;
  /** Databases that have another name [none]. */
  readonly databases?: readonly DatabaseRename[] | undefined;
  /** Written with the moves [nothing]. */
  readonly alongside?: readonly CatalogChange[] | undefined;
}

/** The new addresses that a plan gives, by the old ones. */
export function renamesIn({ changes }: Plan): Renames {
  return new Map(
    changes.flatMap(({ previousAddress, address }) =>
      previousAddress === null ? [] : [[previousAddress, address] as const],
    ),
  );
}

/**
 * Gives objects, what refers to them, their recovery points and their jobs the new addresses, in one write: there is no
 * moment at which a point belongs to nobody. APPLY_JOB_RUNNING while a job of one of them could write the old address.
 */
export async function moveRecords(
  renames: Renames,
  { catalog, isAlive, databases = [], alongside = [] }: MoveOptions,
): Promise<void> {
  if (renames.size + databases.length === 0) return;
  const moved = await moveChanges(renames, { catalog, isAlive });
  const points = databases.length === 0 ? [] : await catalog.points();
  const renamed = points
    .map((point) => renamePoint(point, renames))
    .flatMap((point) => pointRenaming(point, renameDatabase(point, databases)));
  await catalog.write([...moved, ...renamed, ...alongside]);
}

/** What `moveRecords` writes. */
export async function moveChanges(
  renames: Renames,
  { catalog, isAlive }: MoveFacts,
): Promise<readonly CatalogChange[]> {
  if (renames.size === 0) return [];
  const jobs = await catalog.jobs();
  const points = await catalog.points();
  requireNoOpenJob(new Set(renames.keys()), { jobs, points, isAlive });
  const changes: CatalogChange[] = [...renames.keys()].map((address) => ({
    kind: "remove_object",
    address,
  }));
  for (const object of await catalog.objects()) {
    const renamed = renameObject(object, renames);
    if (renamed !== object) changes.push({ kind: "put_object", object: renamed });
  }
  for (const point of points) {
    changes.push(...pointRenaming(point, renamePoint(point, renames)));
  }
  for (const job of jobs) {
    const renamed = renameJob(job, renames);
    if (renamed !== job) changes.push({ kind: "put_job", job: renamed });
  }
  return [...changes, ...movedObservations(await catalog.observations(), renames)];
}

/** Only the names: a prune or a backup may write the rest meanwhile. */
function pointRenaming(before: RecoveryPoint, after: RecoveryPoint): readonly CatalogChange[] {
  if (after === before) return [];
  return [{ kind: "change_point", id: before.id, patch: renamingPatch(before, after) }];
}

function movedObservations(
  observations: readonly ServerObservation[],
  renames: Renames,
): readonly CatalogChange[] {
  return observations.flatMap((observation): readonly CatalogChange[] => {
    const server = renames.get(observation.server);
    if (server === undefined) return [];
    return [
      { kind: "remove_observation", server: observation.server },
      { kind: "put_observation", observation: { ...observation, server } },
    ];
  });
}
