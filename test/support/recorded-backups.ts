import { formatAddress } from "../../core/address/address.ts";
import type { PointType, RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { toInstant } from "../../core/kit/clock.ts";
import { openVault } from "../../core/vault/vault.ts";
import type { MemoryWorld } from "./memory-ports.ts";
import { seededBytes, stream, TEST_KEY } from "./vault.ts";

/** A backup that succeeded. A differential or log stands on the full before it. */
export interface RecordedBackup {
  readonly database: string;
  readonly type: PointType;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Names of contents; equal names are equal bytes, which a vault keeps once. */
  readonly contents: readonly string[];
}

const CONTENT = 700;

/** Puts backups of `backup_set.orders` into the vault and the catalog of a world, as they would have been made then. */
export async function recordBackups(
  world: MemoryWorld,
  backups: readonly RecordedBackup[],
): Promise<readonly RecoveryPoint[]> {
  const fulls = new Map<string, string>();
  const points: RecoveryPoint[] = [];
  for (const backup of backups) {
    const { database, type, at } = backup;
    world.time = at;
    const base = type === "full" ? null : (fulls.get(database) ?? null);
    const point = await recordBackup(world, backup, base);
    if (type === "full") fulls.set(database, point.id);
    points.push(point);
  }
  await world.catalog.write(points.map((point) => ({ kind: "put_point", point })));
  return points;
}

async function recordBackup(
  world: MemoryWorld,
  { database, type, at, contents }: RecordedBackup,
  base: string | null,
): Promise<RecoveryPoint> {
  await using vault = await openVault(world.store, TEST_KEY, world.ports);
  await using writer = await vault.beginPoint();
  const chunks = contents.map((name) => seededBytes(name)(CONTENT));
  await writer.addObject({ path: "rows", kind: "rows" }, stream(chunks), () => ({ rows: 1 }));
  const facts = {
    backupSet: formatAddress("backup_set", "orders"),
    server: formatAddress("server", "orders"),
    database,
    type,
    base,
    method: "native",
    trigger: "schedule",
    consistency: "transactional",
    startedAt: toInstant(at),
    createdAt: toInstant(at),
    convertedFrom: null,
    conversionReason: null,
  } as const;
  const { id, storedAt, bytesRead, bytesStored } = await writer.commit(facts);
  const kept = { vault: formatAddress("vault", "main"), storedAt, bytesRead, bytesStored };
  return { ...facts, ...kept, id, state: "listed", job: "job-000000000000" };
}
