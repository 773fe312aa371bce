import type { LostRow, RepairedVault } from "../../schemas/vault-reports.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { LostPoint, RepairOptions, RepairReport } from "../vault/vault.ts";
import { eachVault, isVaultAddress, type OfVault } from "./care-vaults.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";

export interface RepairCommand
  extends Pick<RepairOptions, "dryRun" | "readData" | "removeDamaged" | "forgetLost"> {
  /** A vault's address or its folder; all vaults of the catalog where absent. */
  readonly place: string | undefined;
}

/** Repairs vaults and says which points are lost, by database and time. The catalog lists no more what was forgotten or hidden. */
export async function repairVaults(
  { place, ...wanted }: RepairCommand,
  ports: Ports,
): Promise<readonly OfVault<RepairedVault>[]> {
  const options = { ...wanted, signal: ports.signal };
  const known = await knownPoints(place, ports);
  return eachVault(
    place,
    async (vault, subject) => {
      const watch = new TaskProgress({ task: "repair", subject }, ports);
      const report = await vault.repair({ ...options, watch });
      const lost = report.lost.map((point) => rowOf(point, known.get(point.id)));
      const gone = hiddenBy(report).flatMap((id) => known.get(id) ?? []);
      if (gone.length > 0) await unlist(gone, ports);
      return { ...report, lost: lost.toSorted(byAge) };
    },
    ports,
  );
}

/** The ids of points that were forgotten, or whose damaged manifest was removed. */
function hiddenBy({ forgotten, removed }: RepairReport): readonly string[] {
  const ids = removed.map((name) => name.slice(name.lastIndexOf("/") + 1));
  return [...new Set([...forgotten, ...ids])];
}

const PURGED = { state: "purged", purge: null } as const;

async function unlist(points: readonly RecoveryPoint[], ports: Ports): Promise<void> {
  await using catalog = await openProjectCatalog(ports);
  await catalog.write(points.map(({ id }) => ({ kind: "change_point", id, patch: PURGED })));
}

async function knownPoints(
  place: string | undefined,
  ports: Ports,
): Promise<ReadonlyMap<string, RecoveryPoint>> {
  if (place !== undefined && !isVaultAddress(place)) return new Map();
  await using catalog = await openProjectReader(ports);
  return new Map((await catalog.points()).map((point) => [point.id, point]));
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
