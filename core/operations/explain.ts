import type { Explanation } from "../../schemas/explanation.ts";
import type { JobRecord } from "../catalog/job.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { type DatabasePlace, explainDatabase, type MadePoint } from "./explain-database.ts";
import { tryFindPoint } from "./find-point.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { type Moment, readMoment } from "./read-moment.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface ExplainRequest {
  /** The name of a database, or the id of a recovery point or a unique beginning of it. */
  readonly subject: string;
  /** Now, where absent. */
  readonly at?: Moment | undefined;
}

/**
 * Why what the catalog has of a database, or one point of it, is kept or gone at an instant, and what was skipped or
 * converted. EXPLAIN_NOTHING_FOUND, POINT_AMBIGUOUS.
 */
export async function explain({ subject, at }: ExplainRequest, ports: Ports): Promise<Explanation> {
  await using catalog = await openProjectReader(ports);
  const recorded = await catalog.points();
  const made = recorded.filter(isMade);
  const jobs = await catalog.jobs();
  const resources = new ResourceLookup(await catalog.objects());
  const places = placesOf(made, jobs, resources).filter(({ database }) =>
    isName(subject, database),
  );
  const point = places.length > 0 ? undefined : findMade(subject, made);
  const sets = point === undefined ? places : [point];
  const names = sets.map(({ backupSet }) => backupSet);
  const asked = at === undefined ? undefined : readMoment(at, names, resources);
  const moment = asked ?? ports.clock.now();
  const isThen = ({ createdAt }: RecoveryPoint): boolean =>
    asked === undefined || (createdAt !== null && createdAt <= moment);
  const known = made.filter(isThen);
  const world = {
    at: moment,
    resources,
    points: known,
    present: recorded.filter(isPresent).filter(isThen),
    freezes: freezesOf(known, moment),
    jobs: jobs.filter(({ queuedAt }) => asked === undefined || queuedAt <= moment),
  };
  if (point === undefined) {
    const databases = places.map((place) => explainDatabase(place, world));
    const rows = databases.map(({ row }) => row);
    return { at: shared(moment, databases), subject: "database", name: subject, databases: rows };
  }
  const explained = explainDatabase(point, world);
  const { row } = explained;
  const points = row.points.filter(({ id }) => id === point.id);
  const events = row.events.filter((event) => event.point === point.id);
  const databases = [{ ...row, points, events, coverage: [] }];
  return { at: shared(moment, [explained]), subject: "point", name: point.id, databases };
}

function isMade(point: RecoveryPoint): point is MadePoint {
  return point.createdAt !== null && point.state !== "pending";
}

/** Names of databases are compared as SQL Server's usual collations do. */
function isName(text: string, database: string): boolean {
  return text.toLowerCase() === database.toLowerCase();
}

/** Every database of a backup set that has a point, or of which a job says something. */
function placesOf(
  points: readonly MadePoint[],
  jobs: readonly JobRecord[],
  resources: ResourceLookup,
): readonly DatabasePlace[] {
  const named = resources.all("backup_set").flatMap((backupSet) => {
    const { include } = resources.get(backupSet, "backup_set").databases;
    return include
      .filter((name) => !/[*?]/.test(name))
      .map((database) => ({ backupSet, database }));
  });
  const told = jobs
    .filter(({ operation }) => operation === "backup")
    .flatMap(({ subject, databases }) =>
      databases.map(({ database }) => ({ backupSet: subject as string, database })),
    );
  const places = new Map<string, DatabasePlace>();
  for (const { backupSet, database } of [...points, ...told, ...named]) {
    const key = `${backupSet}\n${database.toLowerCase()}`;
    if (!places.has(key)) places.set(key, { backupSet, database });
  }
  return [...places.values()].sort((a, b) => (a.backupSet < b.backupSet ? -1 : 1));
}

/** Points of every state can be explained, as long as the catalog has them. */
function findMade(text: string, points: readonly MadePoint[]): MadePoint {
  const found = tryFindPoint(text, points);
  if (found !== undefined) return found;
  throw failure({
    code: "EXPLAIN_NOTHING_FOUND",
    summary: "Nothing to explain",
    detail: `The catalog has no database ${text} in any backup set, and no recovery point of that id (a beginning must be at least 4 characters long). See what there is:\n\n    holdfast points`,
  });
}

/** In the zone of all, or in UTC where they have several. */
function shared(at: Instant, databases: readonly { readonly zone: string }[]): string {
  const zones = new Set(databases.map(({ zone }) => zone));
  const [zone = "UTC"] = zones;
  return formatInZone(at, zones.size === 1 ? zone : "UTC");
}
