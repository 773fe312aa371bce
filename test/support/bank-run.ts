import assert from "node:assert/strict";
import type { JobRecord } from "../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { restorePoint } from "../../core/operations/restore.ts";
import { auditBank, type Bank, type BankServer, bankRows } from "./bank.ts";
import type { MemoryWorld } from "./memory-ports.ts";
import { randomChoices } from "./random-choices.ts";

/** A bank, and what backs it up. */
export interface BankStage {
  readonly server: BankServer;
  /** The name of its database. */
  readonly name: string;
  readonly bank: Bank;
  readonly method: "cdc" | "snapshot" | "isolated_copy";
  readonly world: Pick<MemoryWorld, "ports" | "catalog">;
  /** A full, but for the method cdc what comes next. */
  readonly backUp: () => Promise<JobRecord>;
}

/** What one run of the bank has shown. */
export interface BankRun {
  readonly committed: number;
  readonly points: readonly Pick<RecoveryPoint, "type" | "consistency">[];
  /** Whether the full of a method cdc alone was not of one moment, as it is labelled. */
  readonly isFullBroken: boolean;
}

interface RunOptions {
  readonly seed: number;
  /** So many while the bank works, and one more. */
  readonly backups: number;
  /** At most so many during each backup. */
  readonly transactions: number;
  /** So many between the points of changes are restored to. */
  readonly moments: number;
}

type Choice = Omit<Parameters<typeof restorePoint>[0], "to" | "as">;

/**
 * Restores as another database, looks at it and drops it. False where the rows do not fit the constraints: those of a fuzzy
 * full may have one key twice, when a row moved while it was read.
 */
async function restored(
  { server, world: { ports }, name }: BankStage,
  choice: Choice,
  look: (database: string, isFuzzy: boolean) => Promise<void>,
): Promise<boolean> {
  const as = `${name}Restored`;
  const { job, shortfalls } = await restorePoint({ ...choice, to: "orders", as }, ports);
  if (job.databases[0]?.code === "RESTORE_ROWS_CONFLICT") return false;
  assert.equal(job.status, "successful", JSON.stringify(job.databases));
  await look(
    as,
    shortfalls.some(({ kind }) => kind === "fuzzy"),
  );
  await server.sql("master", `DROP DATABASE [${as}]`);
  return true;
}

async function backUpAtWork(
  { bank, backUp, server, name }: BankStage,
  { seed, backups, transactions }: RunOptions,
): Promise<void> {
  const draw = randomChoices(seed);
  bank.start(2 + draw(3), seed);
  for (let at = 0; at < backups; at += 1) {
    bank.allow(transactions);
    const job = await backUp();
    assert.equal(job.status, "successful", JSON.stringify(job.databases));
    const more = 1 + draw(30);
    bank.allow(more);
    const committed = bank.committed + more;
    while (bank.committed < committed) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await bank.stop();
  assert.equal(await auditBank(server, name), "", "the bank itself");
  assert.equal((await backUp()).status, "successful");
}

/** Moments of a chain of changes at which nothing but their own sum tells what was there. */
function momentsOf(
  points: readonly RecoveryPoint[],
  { seed, moments }: RunOptions,
): readonly string[] {
  const draw = randomChoices(seed + 1);
  const [from = 0, to = 0] = [points[0], points.at(-1)].map((point) => point?.changes?.reachedAt);
  // The server writes the moments of commits in steps of a three-hundredth of a second.
  const span = to - from - 4;
  return Array.from({ length: moments }, () => new Date(from + 4 + draw(span)).toISOString());
}

/**
 * Backs up a bank at work, restores each point, and moments between those of changes, and requires the sum of all of them
 * but for a full that is labelled fuzzy; of the last point, which is of a bank at rest, every row.
 */
export async function runBank(stage: BankStage, run: RunOptions): Promise<BankRun> {
  const { server, name, bank, method, world } = stage;
  await backUpAtWork(stage, run);
  const points = await world.catalog.points();
  assert.equal(points.length, run.backups + 1);
  let isFullBroken = false;
  for (const { id, type, consistency } of points) {
    const isLabelled = method === "cdc" && type === "full";
    const fits = await restored(stage, { point: id }, async (database, isFuzzy) => {
      assert.equal(consistency, isLabelled ? "fuzzy" : "transactional", type);
      assert.equal(isFuzzy, isLabelled);
      const faults = await auditBank(server, database);
      if (isLabelled) isFullBroken ||= faults !== "";
      else assert.equal(faults, "", `a ${type} of seed ${run.seed}`);
      if (id !== points.at(-1)?.id) return;
      assert.equal(await bankRows(server, database), await bankRows(server, name));
    });
    assert.ok(fits || isLabelled, `a ${type} of seed ${run.seed} breaks constraints`);
    isFullBroken ||= !fits;
  }
  for (const at of method === "cdc" ? momentsOf(points, run) : []) {
    const fits = await restored(stage, { at }, async (database) => {
      assert.equal(await auditBank(server, database), "", `${at} of seed ${run.seed}`);
    });
    assert.ok(fits, `${at} of seed ${run.seed} breaks constraints`);
  }
  return { committed: bank.committed, points, isFullBroken };
}
