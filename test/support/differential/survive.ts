import assert from "node:assert/strict";
import type { JobRecord } from "../../../core/catalog/job.ts";
import { DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
import { backUp } from "../../../core/operations/backup.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import type { CaptureServer } from "../capture-world.ts";
import { comparePoint, listedPoints, type Stage } from "./run-differential.ts";

/** T-SQL that removes every change that was captured. */
export const REMOVE_CHANGES = `DECLARE @mark binary(10) = sys.fn_cdc_get_max_lsn(), @name sysname, @sql nvarchar(max) = N''
SELECT @sql = @sql + N'EXEC sys.sp_cdc_cleanup_change_table @capture_instance = N''' + REPLACE(capture_instance, '''', '''''') + N''', @low_water_mark = @mark;' FROM cdc.change_tables
EXEC sys.sp_executesql @sql, N'@mark binary(10)', @mark`;

/** Ends all trouble. */
export function calm({ wire }: CaptureServer): void {
  wire.before = () => Promise.resolve();
  wire.faults = () => undefined;
  wire.cuts.length = 0;
}

/** A backup that may fail, but not by a fault of the product. */
export async function backUpInTrouble(
  { world }: Stage,
  type?: "full" | "cdc",
  ports: Ports = world.ports,
): Promise<JobRecord | undefined> {
  try {
    const job = await backUp({ backupSet: "orders", type, trigger: "manual" }, ports);
    const text = JSON.stringify(job.databases);
    assert.ok(!text.includes("INTERNAL_BUG"), text);
    return job;
  } catch (error) {
    assert.ok(
      error instanceof DiagnosticError && error.diagnostic.code !== "INTERNAL_BUG",
      String(error),
    );
    return undefined;
  }
}

/**
 * Changes, then trouble, then changes: the next backup takes all of them, or is a full, and what it made comes back as the
 * source was.
 */
export async function survive(stage: Stage, trouble: () => Promise<unknown>): Promise<void> {
  const { server, source, world } = stage;
  for (let turn = 0; turn < 3; turn += 1) await source.change();
  try {
    await trouble();
  } finally {
    calm(server);
  }
  await source.change();
  for (let tries = 0; tries < 2; tries += 1) {
    const job = await world.run();
    assert.equal(job.status, "successful", JSON.stringify(job.databases));
    const newest = (await listedPoints(stage)).at(-1);
    assert.ok(newest !== undefined);
    if (newest.type === "cdc") return comparePoint(stage, newest);
    // A full by itself is fuzzy; only what follows it is of one moment.
    await source.change();
  }
  assert.fail("two fulls without a change of the schema");
}

/** Every point that there is comes back as the source was. */
export async function requireAllPoints(stage: Stage): Promise<void> {
  for (const point of await listedPoints(stage)) {
    if (point.type === "cdc") await comparePoint(stage, point);
  }
}

/** A restore in trouble gives the whole database or none. Gives whether it succeeded. */
export async function restoreInTrouble(stage: Stage, trouble: () => void): Promise<boolean> {
  const { server, world, name } = stage;
  const point = (await listedPoints(stage)).findLast(({ type }) => type === "cdc");
  assert.ok(point !== undefined);
  const as = `${name} in trouble`;
  trouble();
  const isDone = await restorePoint({ point: point.id, to: "orders", as }, world.ports).then(
    ({ job }) => {
      const text = JSON.stringify(job.databases);
      assert.ok(!text.includes("INTERNAL_BUG"), text);
      return job.status === "successful";
    },
    (error: unknown) => {
      assert.ok(error instanceof DiagnosticError, String(error));
      return false;
    },
  );
  calm(server);
  const found = await server.rows("master", "SELECT name FROM sys.databases");
  const isThere = found.some(([each]) => each === as);
  assert.equal(isThere, isDone, `${as} is ${isThere ? "" : "not "}there`);
  if (!isDone) return false;
  const moment = (point.changes?.reachedAt ?? 0) + 2;
  const differences = await stage.source.differences(as, stage.source.stateAt(moment), {
    keyless: point.consistency !== "fuzzy",
  });
  assert.deepEqual(differences, []);
  await server.sql("master", `DROP DATABASE [${as}]`);
  return true;
}
