import type { LostRow, RepairedVault } from "../../schemas/vault-reports.ts";
import { isGraced } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { LostPoint, RepairOptions, RepairReport, Vault } from "../vault/vault.ts";
import { eachVault, isVaultAddress, type OfVault } from "./care-vaults.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { vaultAtPlace } from "./vault-at-place.ts";
import { STREAM_SET } from "./vault-streams.ts";

export interface RepairCommand
  extends Pick<RepairOptions, "dryRun" | "readData" | "removeDamaged" | "forgetLost"> {
  /** A vault's address or its folder; all vaults of the catalog where absent. */
  readonly place: string | undefined;
}

/**
 * Repairs vaults and says which points are lost, by database and time; those too that the catalog lists and the vault has
 * not. The catalog lists no more what was forgotten or hidden, also where a folder or an address was named that is a vault of it.
 */
export async function repairVaults(
  { place, ...wanted }: RepairCommand,
  ports: Ports,
): Promise<readonly OfVault<RepairedVault>[]> {
  const options = { ...wanted, signal: ports.signal };
  const known = await readKnown(place, ports);
  return eachVault(
    place,
    async (vault, subject) => {
      const watch = new TaskProgress({ task: "repair", subject }, ports);
      const report = await vault.repair({ ...options, watch });
      const gone = await findGone(vault, { known, subject }, ports);
      const whole = withGone(report, gone, wanted);
      const lost = whole.lost.map((point) => rowOf(point, known.points.get(point.id)));
      const streams = new Set(lost.filter(isOfStream).map(({ id }) => id));
      const hidden = hiddenBy(whole).filter((id) => !streams.has(id));
      const unlisted = hidden.filter((id) => isListed(known.points.get(id)));
      if (unlisted.length > 0) await unlist(unlisted, ports);
      return { ...whole, lost: lost.toSorted(byAge), hidden, unlisted };
    },
    ports,
  );
}

function isOfStream({ backupSet }: LostRow): boolean {
  return backupSet === STREAM_SET;
}

/** What the working directory's catalog says. */
interface KnownPoints {
  readonly points: ReadonlyMap<string, RecoveryPoint>;
  /** The address of the vault that is repaired under that name; undefined of a place that the catalog does not know. */
  readonly addressOf: (subject: string) => string | undefined;
}

function isListed(point: RecoveryPoint | undefined): point is RecoveryPoint {
  return point !== undefined && (point.state === "listed" || isGraced(point));
}

/** Points that the catalog lists, and of which the vault has not even a manifest. What comes meanwhile is in the vault first. */
async function findGone(
  vault: Vault,
  { known, subject }: { readonly known: KnownPoints; readonly subject: string },
  { signal }: Ports,
): Promise<readonly RecoveryPoint[]> {
  const address = known.addressOf(subject);
  const own = [...known.points.values()].filter((point) => point.vault === address);
  const listed = own.filter(isListed);
  if (listed.length === 0) return [];
  const { points, damaged } = await vault.points({ signal });
  const held = new Set([...points, ...damaged].map(({ id }) => id));
  return listed.filter(({ id }) => !held.has(id));
}

/** Those that this repair hid are not lost anew. */
function withGone(
  report: RepairReport,
  gone: readonly RecoveryPoint[],
  { forgetLost, dryRun }: Pick<RepairCommand, "forgetLost" | "dryRun">,
): RepairReport {
  const hidden = new Set(hiddenBy(report));
  const ids = gone.map(({ id }) => id).filter((id) => !hidden.has(id));
  const mayForget = (id: string): boolean => forgetLost === "all" || forgetLost?.has(id) === true;
  const problem = "is missing, although the catalog lists its point";
  return {
    ...report,
    problems: [...report.problems, ...ids.map((id) => ({ blob: `points/${id}`, problem }))],
    lost: [...report.lost, ...ids.map((id) => ({ id, facts: null, blobs: [`points/${id}`] }))],
    forgettable: [...report.forgettable, ...ids],
    forgotten: [...report.forgotten, ...(dryRun ? [] : ids.filter(mayForget))],
  };
}

/** The ids of points that were forgotten, or whose damaged manifest was removed. */
function hiddenBy({ forgotten, removed }: RepairReport): readonly string[] {
  const manifests = removed.filter((name) => name.startsWith("points/"));
  const ids = manifests.map((name) => name.slice(name.lastIndexOf("/") + 1));
  return [...new Set([...forgotten, ...ids])];
}

const PURGED = { state: "purged", purge: null } as const;

async function unlist(points: readonly string[], ports: Ports): Promise<void> {
  await using catalog = await openProjectCatalog(ports);
  await catalog.write(points.map((id) => ({ kind: "change_point", id, patch: PURGED })));
}

async function readKnown(place: string | undefined, ports: Ports): Promise<KnownPoints> {
  if (place !== undefined && !isVaultAddress(place)) return readKnownAt(place, ports);
  await using catalog = await openProjectReader(ports);
  return { points: byId(await catalog.points()), addressOf: (subject) => subject };
}

/** Nothing where the working directory has no catalog that can be read, or the catalog no vault there. */
async function readKnownAt(place: string, ports: Ports): Promise<KnownPoints> {
  try {
    await using catalog = await openProjectReader(ports);
    const vault = vaultAtPlace(place, new ResourceLookup(await catalog.objects()), ports);
    const points = (await catalog.points()).filter((point) => point.vault === vault);
    return { points: byId(points), addressOf: () => vault };
  } catch (error) {
    if (error instanceof DiagnosticError) return { points: new Map(), addressOf: () => undefined };
    throw error;
  }
}

function byId(points: readonly RecoveryPoint[]): KnownPoints["points"] {
  return new Map(points.map((point) => [point.id, point]));
}

function rowOf({ id, facts, blobs }: LostPoint, recorded: RecoveryPoint | undefined): LostRow {
  const known = facts ?? recorded;
  return {
    id,
    backupSet: known?.backupSet ?? null,
    database: known?.database ?? null,
    type: known?.type ?? null,
    createdAt: known?.createdAt ?? null,
    blobs,
  };
}

function byAge(one: LostRow, other: LostRow): number {
  const [a, b] = [one.createdAt ?? Infinity, other.createdAt ?? Infinity];
  if (a === b) return one.id < other.id ? -1 : 1;
  return a < b ? -1 : 1;
}
