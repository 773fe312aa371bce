import assert from "node:assert/strict";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import type { CaptureServer, CaptureWorld } from "../capture-world.ts";
import { randomChoices } from "../random-choices.ts";
import { SourceHistory } from "./source-history.ts";

interface Options {
  readonly seed: number;
  readonly backups: number;
  /** Moments between points that are restored to. */
  readonly instants: number;
}

/** What one run has compared. */
export interface DifferentialRun {
  readonly points: number;
  readonly instants: number;
  readonly converted: number;
}

/** A source that changes, and what backs it up. */
export interface Stage {
  readonly server: CaptureServer;
  readonly world: CaptureWorld;
  readonly source: SourceHistory;
  readonly name: string;
}

/** Backs up while transactions are committed between its statements. */
async function backUp(
  { server, world, source }: Stage,
  draw: (count: number) => number,
): Promise<void> {
  let left = draw(10);
  server.wire.before = async () => {
    if (left === 0 || draw(4) > 0) return;
    left -= 1;
    await source.change();
  };
  try {
    const job = await world.run(draw(6) === 0 ? "full" : undefined);
    assert.equal(job.status, "successful", JSON.stringify(job.databases));
  } finally {
    server.wire.before = () => Promise.resolve();
  }
}

type Wish = Pick<Parameters<typeof restorePoint>[0], "point" | "at">;

/** Restores, compares with the state of that moment, and drops. */
export async function compare(
  { server, world, source, name }: Stage,
  wish: Wish,
  { moment, isFuzzy }: { readonly moment: number; readonly isFuzzy: boolean },
): Promise<void> {
  const as = `${name} again`;
  const { job, shortfalls } = await restorePoint({ ...wish, to: "orders", as }, world.ports);
  assert.equal(job.status, "successful", JSON.stringify(job.databases));
  const isTold = shortfalls.some(({ kind }) => kind === "keyless_tables");
  const state = source.stateAt(moment);
  const found = await source.differences(as, state, { keyless: !isTold && !isFuzzy });
  assert.deepEqual(found, [], JSON.stringify(wish));
  await server.sql("master", `DROP DATABASE [${as}]`);
}

/** Restores a point of changes and compares it with the source as it was then. */
export async function comparePoint(stage: Stage, point: RecoveryPoint): Promise<void> {
  const isFuzzy = point.consistency === "fuzzy";
  await compare(stage, { point: point.id }, { moment: reachOf(point) + 2, isFuzzy });
}

/** Those that can be restored. */
export async function listedPoints({ world }: Stage): Promise<readonly RecoveryPoint[]> {
  return (await world.catalog.points()).filter(({ state }) => state === "listed");
}

export async function openStage(
  server: CaptureServer,
  name: string,
  draw: (count: number) => number,
): Promise<Stage> {
  await server.sql("master", `CREATE DATABASE [${name}]`);
  const world = await server.world({ include: [name] });
  const source = new SourceHistory({ server, name, now: () => world.time }, draw);
  await source.create();
  return { server, world, source, name };
}

function reachOf(point: RecoveryPoint | undefined): number {
  return point?.changes?.reachedAt ?? Number.NaN;
}

/** Where changes reach from the end of what is before them to their own. */
function reaches(points: readonly RecoveryPoint[]): readonly (readonly [number, number])[] {
  return points.flatMap((point) => {
    const base = points.find(({ id }) => id === point.base);
    return point.type === "cdc" ? [[reachOf(base), reachOf(point)] as const] : [];
  });
}

/** What is captured cannot be truncated (4711), so no such change is lost. */
async function requireNoTruncation({ server, source, name }: Stage): Promise<void> {
  const client = server.client(name);
  const [table] = source.tables;
  assert.equal(await client.error(`TRUNCATE TABLE ${table?.path ?? ""}`), 4711);
  client.session.close();
}

/** Gives how often a column came in between, which makes the next backup a full. */
async function backUpAll(
  stage: Stage,
  backups: number,
  draw: (count: number) => number,
): Promise<number> {
  const { world, source } = stage;
  let converted = 0;
  for (let at = 0; at < backups; at += 1) {
    const isAltered = at > 1 && draw(4) === 0;
    if (isAltered) await source.alter();
    for (let turn = draw(8); turn > 0; turn -= 1) await source.change();
    await backUp(stage, draw);
    if (at === 0) await requireNoTruncation(stage);
    if (!isAltered) continue;
    assert.equal((await world.catalog.points()).at(-1)?.type, "full", "after ALTER TABLE");
    converted += 1;
  }
  return converted;
}

/**
 * Random tables, random transactions, also while backups are taken, and columns that come in between; then each point of
 * changes and random moments are restored and compared with what the source held at that moment.
 */
export async function runDifferential(
  server: CaptureServer,
  { seed, backups, instants }: Options,
): Promise<DifferentialRun> {
  const draw = randomChoices(seed);
  const name = `D'iff "${seed}"`;
  const stage = await openStage(server, name, draw);
  const converted = await backUpAll(stage, backups, draw);
  const points = await listedPoints(stage);
  const changes = points.filter(({ type }) => type === "cdc");
  for (const point of changes) await comparePoint(stage, point);
  const ranges = reaches(points);
  const covered = stage.source.states.filter(({ at }) =>
    ranges.some(([from, to]) => from <= at + 5 && at + 5 <= to),
  );
  for (let turn = 0; turn < instants && covered.length > 0; turn += 1) {
    const moment = (covered[draw(covered.length)]?.at ?? 0) + 5;
    const at = new Date(moment).toISOString();
    await compare(stage, { at }, { moment, isFuzzy: false });
  }
  await server.sql("master", `DROP DATABASE [${name}]`);
  return { points: changes.length, instants: covered.length === 0 ? 0 : instants, converted };
}
