import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { UnfinishedDatabase } from "../drift/further-facts.ts";
import type { SetRule } from "../drift/subject.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import { DatabaseTable } from "../plan/points/database-table.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import type { FurtherObserved } from "./observe-further.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { factsUnknown, maySleep, notOpened } from "./sleeping-databases.ts";
import { unfinishedRestores } from "./unfinished-restores.ts";

/** Zones reach from 12 hours behind UTC to 14 before it: a server says in its own when a database was made. */
const ZONES = 14 * 3_600_000;

const ASKED = "whether restores left databases half made";

interface Wanted {
  readonly resources: ResourceLookup;
  readonly rules: readonly SetRule[];
  /** Under the addresses that servers have now. */
  readonly points: () => readonly RecoveryPoint[];
  /** The newest of the catalog; read only where a database may be half made. */
  readonly readJobs: () => Promise<readonly JobRecord[]>;
}

type Seen = Extract<ObservedServer, { status: "observed" }>;

/**
 * Looks into covered databases that no backup has seen yet, and that were made while or after a restore of this catalog ran
 * that did not end well, whether they are its work. Of other servers and databases nobody is asked anything.
 */
export async function observeUnfinished(
  observed: Observations,
  wanted: Wanted,
  ports: ReadingPorts,
): Promise<FurtherObserved> {
  const fresh = freshDatabases(observed, wanted);
  if (fresh.size === 0) return { observed, warnings: [] };
  const jobs = await wanted.readJobs();
  const restores = jobs.filter(
    ({ operation, status }) => operation === "restore" && status !== "successful",
  );
  const warnings: Diagnostic[] = [];
  const result = new Map(observed);
  for (const [address, { said, databases }] of fresh) {
    const names = databases.filter((each) => mayBeOf(each, restores));
    if (names.length === 0) continue;
    const look = await lookInto(address, { said, databases: names, jobs, wanted }, ports);
    warnings.push(...look.warnings);
    const { captures, azure } = said.further ?? { captures: new Map(), azure: undefined };
    const further = { captures, azure, unfinished: look.unfinished };
    if (look.unfinished.size > 0) result.set(address, { ...said, further });
  }
  return { observed: result, warnings };
}

interface Fresh {
  readonly said: Seen;
  readonly databases: readonly DatabaseFacts[];
}

/** By server: covered, online, and without a point since they were made. */
function freshDatabases(
  observed: Observations,
  { rules, points }: Wanted,
): ReadonlyMap<Address, Fresh> {
  const newest = newestPoints(points());
  const fresh = new Map<Address, Fresh>();
  for (const [address, said] of observed) {
    if (said.status !== "observed") continue;
    const databases = said.databases.filter(
      (database) =>
        database.state === "online" &&
        !database.isSystem &&
        newest.get({ server: address, database: database.name }).at < madeAt(database) - ZONES &&
        rules.some(
          ({ server, selection }) =>
            server === address && selectDatabases([database], selection).length > 0,
        ),
    );
    if (databases.length > 0) fresh.set(address, { said, databases });
  }
  return fresh;
}

function newestPoints(points: readonly RecoveryPoint[]): DatabaseTable<{ at: number }> {
  const newest = new DatabaseTable(() => ({ at: Number.NEGATIVE_INFINITY }));
  for (const point of points) {
    const own = newest.get(point);
    if (point.createdAt !== null) own.at = Math.max(own.at, point.createdAt);
  }
  return newest;
}

/** As if its server stood in UTC. */
function madeAt({ createdAt }: DatabaseFacts): number {
  return Date.parse(`${createdAt}Z`);
}

function mayBeOf(database: DatabaseFacts, restores: readonly JobRecord[]): boolean {
  const at = madeAt(database);
  return restores.some(
    ({ queuedAt, finishedAt }) =>
      at >= queuedAt - ZONES && (finishedAt === null || at <= finishedAt + ZONES),
  );
}

async function lookInto(
  address: Address,
  {
    said,
    databases,
    jobs,
    wanted,
  }: Fresh & { readonly jobs: readonly JobRecord[]; readonly wanted: Wanted },
  ports: ReadingPorts,
): Promise<{
  readonly unfinished: ReadonlyMap<string, UnfinishedDatabase>;
  readonly warnings: readonly Diagnostic[];
}> {
  const namesOf = (isAsleep: boolean) =>
    databases.filter((each) => maySleep(each, said) === isAsleep).map(({ name }) => name);
  const warnings = notOpened(address, namesOf(true), ASKED);
  try {
    await using server = await openServerAt(address, wanted.resources, ports);
    const place = { address, server, jobs };
    const { found, unknown } = await unfinishedRestores(namesOf(false), place, ports);
    const whole = found.filter(({ kind }) => kind === "database");
    const unfinished = whole.map(({ database, job, since, standing, removal }) => {
      const facts: UnfinishedDatabase = { job, since, isOver: standing === "over", removal };
      return [database, facts] as const;
    });
    return { unfinished: new Map(unfinished), warnings: [...warnings, ...unknown] };
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    const unknown = factsUnknown(address, error.diagnostic, ASKED);
    return { unfinished: new Map(), warnings: [...warnings, unknown] };
  }
}
