import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatAddress } from "../../../core/address/address.ts";
import type { PointType, RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { openVault } from "../../../core/vault/vault.ts";
import { openCatalog } from "../../../providers/local/sqlite-catalog.ts";
import { seededBytes, stream, TEST_KEY } from "../vault.ts";
import type { ScriptWorld } from "./script-world.ts";

/** A line of a history: a backup that succeeded. Times with an offset; `size` is how many bytes are its own. */
interface HistoryLine {
  readonly set: string;
  readonly database: string;
  readonly type: PointType;
  readonly at: string;
  readonly size: number;
  readonly vault?: string;
  readonly server?: string;
}

const CATALOG = ".holdfast/catalog.db";

/**
 * Puts the points of an NDJSON file into their vaults (`./<vault>`) and the catalog, as backups of those times would have. A
 * differential stands on the full before it.
 */
export async function recordHistory(file: string, world: ScriptWorld): Promise<void> {
  const text = await readFile(join(world.folder, file), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  const now = world.time;
  const bases = new Map<string, string>();
  const points: RecoveryPoint[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = JSON.parse(line) as HistoryLine;
    const place = `${entry.set} ${entry.database}`;
    const base = entry.type === "full" ? null : (bases.get(place) ?? null);
    const point = await recordPoint({ entry, base, index, file }, world);
    if (entry.type === "full") bases.set(place, point.id);
    points.push(point);
  }
  world.time = now;
  await using catalog = await openCatalog(join(world.folder, CATALOG));
  await catalog.write(points.map((point) => ({ kind: "put_point", point })));
}

interface Entry {
  readonly entry: HistoryLine;
  readonly base: string | null;
  readonly index: number;
  /** A script may record several histories. */
  readonly file: string;
}

async function recordPoint(
  { entry, base, index, file }: Entry,
  world: ScriptWorld,
): Promise<RecoveryPoint> {
  const { set, database, type, at, size, vault: name = "vault", server = set } = entry;
  world.time = Date.parse(at);
  const createdAt = toInstant(world.time);
  const options = { clock: world.clock, randomBytes: seededBytes(`${file} ${index}`) };
  const store = world.store(join(world.folder, name));
  await using vault = await openVault(store, TEST_KEY, options);
  await using writer = await vault.beginPoint();
  const chunk = seededBytes(`content ${index}`)(size);
  const object = { path: "rows", kind: "rows" } as const;
  await writer.addObject(object, stream([chunk]), () => ({ rows: 1 }));
  const facts = {
    backupSet: formatAddress("backup_set", set),
    server: formatAddress("server", server),
    database,
    type,
    base,
    method: "native",
    trigger: "schedule",
    consistency: "transactional",
    startedAt: createdAt,
    createdAt,
    convertedFrom: null,
    conversionReason: null,
  } as const;
  const stored = await writer.commit(facts);
  return {
    ...facts,
    id: stored.id,
    state: "listed",
    startedAt: createdAt,
    vault: formatAddress("vault", name === "vault" ? "main" : name),
    storedAt: createdAt,
    bytesRead: size,
    bytesStored: writer.bytesStored,
    job: "job-000000000000",
  };
}
