import assert from "node:assert/strict";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { DiffEvent } from "../../../core/diff/diff-event.ts";
import { diffPoints } from "../../../core/operations/diff.ts";
import type { CaptureServer, CaptureWorld } from "../capture-world.ts";
import { randomChoices } from "../random-choices.ts";
import { listedPoints, openStage, type Stage } from "./run-differential.ts";

/** One state of the source, in a chain of changes and as a whole. */
interface Twin {
  readonly chained: RecoveryPoint;
  readonly whole: RecoveryPoint;
}

/** What a comparison tells of each table, whatever the order of its rows. */
interface Told {
  readonly schema: unknown;
  readonly tables: ReadonlyMap<string, object>;
}

/** Histories of temporal tables are not captured. */
function isHistory(table: string): boolean {
  return /^dbo\.H\d+$/.test(table);
}

async function told(
  world: CaptureWorld,
  [before, after]: readonly [RecoveryPoint, RecoveryPoint],
  limit: number,
): Promise<Told> {
  const events: DiffEvent[] = await Array.fromAsync(
    diffPoints({ before: before.id, after: after.id, limit }, world.ports),
  );
  const tables = new Map<string, object>();
  let schema: unknown;
  let rows: string[] = [];
  for (const event of events) {
    if (event.type === "schema") schema = event.differences;
    if (event.type === "rows") {
      rows.push(
        ...event.rows.map((row) => JSON.stringify(row, (_, value: unknown) => textOf(value))),
      );
    }
    if (event.type !== "table") continue;
    const { table, unchanged, ...result } = event.result;
    if (!isHistory(table)) tables.set(table, { ...result, unchanged, rows: rows.toSorted() });
    rows = [];
  }
  return { schema, tables };
}

function textOf(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

/** Counts of unchanged rows are not always known. */
function forget(wanted: ReadonlyMap<string, object>, found: ReadonlyMap<string, object>) {
  return new Map(
    [...wanted].map(([table, result]) => {
      const isUnknown = Object(found.get(table) ?? {})["unchanged"] === null;
      return [table, isUnknown ? { ...result, unchanged: null } : result];
    }),
  );
}

async function compareTwins(
  { chained, whole }: { readonly chained: CaptureWorld; readonly whole: CaptureWorld },
  [one, other]: readonly [Twin, Twin],
): Promise<void> {
  const all = Number.POSITIVE_INFINITY;
  const wanted = await told(whole, [one.whole, other.whole], all);
  for (const limit of [all, 0]) {
    const found = await told(chained, [one.chained, other.chained], limit);
    const expected = limit === all ? wanted.tables : withoutRows(wanted.tables);
    const what = `${one.chained.type} to ${other.chained.type}, ${limit}`;
    assert.deepEqual(found.tables, forget(expected, found.tables), what);
    assert.deepEqual(found.schema, wanted.schema, what);
  }
}

function withoutRows(tables: ReadonlyMap<string, object>): ReadonlyMap<string, object> {
  return new Map([...tables].map(([table, result]) => [table, { ...result, rows: [] }]));
}

/** A full that is read while the source changes: only what follows it is of one moment. */
async function readWhileChanging(stage: Stage, draw: (count: number) => number): Promise<void> {
  const { server, world, source } = stage;
  let left = 8;
  server.wire.before = async () => {
    if (left === 0 || draw(3) > 0) return;
    left -= 1;
    await source.change();
  };
  try {
    const job = await world.run("full");
    assert.equal(job.status, "successful", JSON.stringify(job.databases));
  } finally {
    server.wire.before = () => Promise.resolve();
  }
  await source.change();
}

/**
 * Random tables and transactions, in chains of changes whose fulls were read meanwhile, and each state once more as a whole:
 * any two points of the chains differ as the whole ones do. Gives how many were compared.
 */
export async function runDiffs(
  server: CaptureServer,
  { seed, backups }: { readonly seed: number; readonly backups: number },
): Promise<number> {
  const draw = randomChoices(seed);
  const name = `Diffs ${seed}`;
  const stage = await openStage(server, name, draw);
  const whole = await server.world({ include: [name], method: "snapshot" });
  const twins: Twin[] = [];
  for (let at = 0; at < backups; at += 1) {
    if (at > 0 && draw(5) === 0) await stage.source.alter();
    for (let turn = 1 + draw(8); turn > 0; turn -= 1) await stage.source.change();
    if (at === 0 || draw(4) === 0) await readWhileChanging(stage, draw);
    for (const world of [stage.world, whole]) {
      const job = await world.run(world === whole ? "full" : undefined);
      assert.equal(job.status, "successful", JSON.stringify(job.databases));
    }
    const [chained, own] = [
      (await listedPoints(stage)).at(-1),
      (await whole.catalog.points()).at(-1),
    ];
    assert.ok(chained !== undefined && own !== undefined);
    twins.push({ chained, whole: own });
  }
  let count = 0;
  for (const one of twins) {
    for (const other of twins) {
      await compareTwins({ chained: stage.world, whole }, [one, other]);
      count += 1;
    }
  }
  await server.sql("master", `DROP DATABASE [${name}]`);
  return count;
}
