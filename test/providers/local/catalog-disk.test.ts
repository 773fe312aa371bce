import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { hasChanges } from "../../../core/plan/build-plan.ts";
import {
  createCatalog,
  openCatalog,
  openCatalogReader,
} from "../../../providers/local/sqlite-catalog.ts";
import { planOf } from "../../core/apply/applied-world.ts";
import { resource, sampleResources } from "../../core/plan/sample-configuration.ts";
import { withCode } from "../../support/with-code.ts";

const clock = { now: () => toInstant(1_000) };
const WHY = "not run: only a superuser of Linux can mount a small disk";

/** A disk of a few hundred kilobytes; undefined where this user may mount none. */
function mountDisk():
  | (Disposable & { readonly path: string; readonly remount: (how: string) => void })
  | undefined {
  const path = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", path]);
  const isMounted = mounted.status === 0;
  if (!isMounted) rmSync(path, { recursive: true });
  if (!isMounted) return undefined;
  return {
    path,
    remount: (how) => void spawnSync("mount", ["-o", `remount,${how}`, path]),
    [Symbol.dispose]: () => {
      spawnSync("umount", [path]);
      rmSync(path, { recursive: true });
    },
  };
}

/** Takes all but `left` bytes. */
function fill(path: string, left: number): void {
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(join(path, "other"), Buffer.alloc(Math.max(0, bavail * bsize - left)));
}

function manyResources() {
  const retentions = Array.from({ length: 400 }, (_, at) =>
    resource(formatAddress("retention", `r${at}`), { daily: 1 + at, timezone: "UTC" }),
  );
  return [...sampleResources(), ...retentions];
}

test("an apply that finds the disk full keeps what is recorded, and completes once there is room", async (t) => {
  using disk = mountDisk();
  if (disk === undefined) return t.skip(WHY);
  const file = join(disk.path, "catalog.db");
  await (await createCatalog(file))[Symbol.asyncDispose]();
  {
    await using catalog = await openCatalog(file);
    await applyPlan(await planOf(catalog, sampleResources()), { catalog, host: silentHost, clock });
  }
  fill(disk.path, 60_000);
  {
    await using catalog = await openCatalog(file);
    const plan = await planOf(catalog, manyResources());
    const options = { catalog, host: silentHost, clock };
    await assert.rejects(applyPlan(plan, options), withCode("CATALOG_FULL"));
  }
  await using reader = await openCatalogReader(file);
  assert.ok((await reader.objects()).length >= sampleResources().length);
  rmSync(join(disk.path, "other"));
  await using catalog = await openCatalog(file);
  disk.remount("size=8m");
  const rest = await planOf(catalog, manyResources());
  const { status } = await applyPlan(rest, { catalog, host: silentHost, clock });
  assert.equal(status, "successful");
  assert.ok(!hasChanges(await planOf(catalog, manyResources())));
});

test("a catalog on a disk that is read-only can be read and planned from, and nothing else", async (t) => {
  using disk = mountDisk();
  if (disk === undefined) return t.skip(WHY);
  const file = join(disk.path, "catalog.db");
  await (await createCatalog(file))[Symbol.asyncDispose]();
  chmodSync(file, 0o600);
  const before = readFileSync(file);
  disk.remount("ro");
  {
    await using reader = await openCatalogReader(file);
    assert.deepEqual([await reader.objects(), await reader.applies()], [[], []]);
  }
  await assert.rejects(
    (async () => {
      await using catalog = await openCatalog(file);
      const plan = await planOf(catalog, sampleResources());
      await applyPlan(plan, { catalog, host: silentHost, clock });
    })(),
    withCode("CATALOG_NOT_WRITABLE"),
  );
  assert.deepEqual(readFileSync(file), before);
});
