import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import { interruptedApplies, interruptedWarnings } from "../../../core/apply/interrupted-apply.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { sampleApply } from "../../conformance/catalog.ts";
import { withWrites } from "../../support/watched-writes.ts";
import { sampleResources } from "../plan/sample-configuration.ts";
import { newWorld, planOf, purging } from "./applied-world.ts";

test("an apply is recorded with what it changed, before and after", async () => {
  const world = newWorld();
  const planDigest = "5a".repeat(32);
  const plan = await planOf(world.catalog, sampleResources());
  const result = await applyPlan(plan, { ...world, by: "me@here", planDigest });
  assert.ok(result.id);
  const record = await world.catalog.apply(result.id);
  assert.deepEqual(
    [record?.status, record?.by, record?.planDigest],
    ["successful", "me@here", planDigest],
  );
  assert.equal(record?.changes.length, 6);
  for (const { before, after, done, action } of record.changes) {
    assert.deepEqual([before, done, action], [null, true, "create"]);
    assert.ok((await world.catalog.objects()).some((each) => each.address === after?.address));
  }
  assert.deepEqual(
    record.changes
      .map(({ after }) => after)
      .toSorted((a, b) => ((a?.address ?? "") < (b?.address ?? "") ? -1 : 1)),
    await world.catalog.objects(),
  );
  const destroy = await planOf(world.catalog, sampleResources(), { destroy: true });
  const before = await world.catalog.objects();
  const second = await applyPlan(destroy, world);
  const destroyed = await world.catalog.apply(second.id ?? "");
  assert.deepEqual(
    new Set(destroyed?.changes.map((change) => change.before?.address)),
    new Set(before.map(({ address }) => address)),
  );
  assert.ok(destroyed?.changes.every(({ after, done }) => after === null && done));
});

test("a point that a plan gives up is hidden in the write that cuts its retention, and says until when it can come back", async () => {
  const world = newWorld();
  await applyPlan(await planOf(world.catalog, sampleResources()), world);
  const { plan, points } = await purging(world.catalog, { kept: 1, given: 3 });
  let cut = -1;
  const writes: string[][] = [];
  const catalog = withWrites(world.catalog, (changes, write) => {
    writes.push(changes.flatMap((each) => (each.kind === "change_point" ? [each.id] : [])));
    const isCut = changes.some(
      (each) => each.kind === "put_object" && each.object.type === "retention",
    );
    if (isCut) cut = writes.length - 1;
    return write(changes);
  });
  const result = await applyPlan(plan, { ...world, catalog });
  const after = toInstant(world.clock.now() + plan.points.grace);
  assert.deepEqual(writes[cut]?.toSorted(), points);
  assert.equal(writes.flat().length, points.length);
  assert.deepEqual(result.purged, { points: 3, noReturnAfter: after });
  const hidden = (await world.catalog.points()).filter(({ state }) => state === "tombstoned");
  assert.deepEqual(hidden.map(({ id }) => id).toSorted(), points);
  for (const { purge } of hidden)
    assert.deepEqual(purge, { apply: result.id, at: world.clock.now(), after });
  const record = await world.catalog.apply(result.id ?? "");
  assert.deepEqual([record?.points.toSorted(), record?.noReturnAfter], [points, after]);
});

test("points of a set that is gone already are hidden by a plan that changes nothing else", async () => {
  const world = newWorld();
  await applyPlan(await planOf(world.catalog, sampleResources()), world);
  const orphan = formatAddress("backup_set", "gone");
  const { plan, points } = await purging(world.catalog, { kept: 0, given: 2, orphan });
  assert.ok(plan.changes.every(({ action }) => action === "no-op"));
  const result = await applyPlan(plan, world);
  assert.equal(result.status, "successful");
  const hidden = (await world.catalog.points()).filter(({ state }) => state === "tombstoned");
  assert.deepEqual(hidden.map(({ id }) => id).toSorted(), points);
});

test("a clock that is behind what the catalog knows to have happened ends no grace early", async () => {
  const world = newWorld();
  await applyPlan(await planOf(world.catalog, sampleResources()), world);
  const { plan } = await purging(world.catalog, { kept: 1, given: 1, startedAt: 9_000_000 });
  const result = await applyPlan(plan, world);
  assert.ok((result.purged?.noReturnAfter ?? 0) >= 9_000_000 + plan.points.grace);
});

test("an apply that was interrupted is told until the next settles it", async () => {
  const world = newWorld();
  const plan = await planOf(world.catalog, sampleResources());
  let writes = 0;
  const dying = withWrites(world.catalog, (changes, write) => {
    writes += 1;
    return writes > 2 ? Promise.reject(new Error("killed")) : write(changes);
  });
  await assert.rejects(applyPlan(plan, { ...world, catalog: dying }), /killed/);
  const [left] = await interruptedApplies(world.catalog, () => false);
  assert.ok(left && left.changes.done > 0 && left.changes.done < 6);
  const [told] = interruptedWarnings([left]);
  assert.equal(told?.code, "APPLY_INTERRUPTED");
  assert.match(told.detail, new RegExp(`of its 6 changes, ${left.changes.done} are recorded`));
  await applyPlan(await planOf(world.catalog, sampleResources()), world);
  assert.deepEqual(await interruptedApplies(world.catalog, () => false), []);
  const settled = await world.catalog.apply(left.id);
  assert.deepEqual([settled?.status, settled?.endedAt], ["failed", null]);
});

test("an apply whose process lives is not interrupted", async () => {
  const world = newWorld();
  const worker = {
    id: "w",
    kind: "local",
    host: "h",
    pid: 1,
    startedAt: toInstant(1),
    endedAt: null,
  } as const;
  const record = { ...sampleApply("apply-1", 5), worker };
  await world.catalog.write([{ kind: "put_apply", apply: record }]);
  assert.deepEqual(await interruptedApplies(world.catalog, () => true), []);
  assert.equal((await interruptedApplies(world.catalog, () => false)).length, 1);
});

test("an apply whose last word alone is missing counts as done", async () => {
  const world = newWorld();
  const plan = await planOf(world.catalog, sampleResources());
  const dying = withWrites(world.catalog, (changes, write) =>
    changes.some(({ kind }) => kind === "change_apply")
      ? Promise.reject(new Error("killed"))
      : write(changes),
  );
  await assert.rejects(applyPlan(plan, { ...world, catalog: dying }), /killed/);
  assert.deepEqual(interruptedWarnings(await interruptedApplies(world.catalog, () => false)), []);
  await applyPlan(await planOf(world.catalog, sampleResources(), { destroy: true }), world);
  assert.ok((await world.catalog.applies()).every(({ status }) => status === "successful"));
});

test("what a server said follows it to its new address", async () => {
  const catalog = createMemoryCatalog({ lineage: "l", clock: newWorld().clock });
  const world = { ...newWorld(), catalog };
  await applyPlan(await planOf(catalog, sampleResources()), world);
  const said = { at: toInstant(1), facts: { databases: [] } };
  const put = {
    kind: "put_observation",
    observation: { ...said, server: formatAddress("server", "orders") },
  } as const;
  await catalog.write([put]);
  const renamed = sampleResources().map((each) => {
    const text = JSON.stringify(each).replaceAll("server.orders", "server.shop");
    return JSON.parse(text) as typeof each;
  });
  const plan = await planOf(catalog, renamed, { moves: [["server.orders", "server.shop"]] });
  await applyPlan(plan, { ...world, host: silentHost });
  assert.deepEqual(await catalog.observations(), [{ ...said, server: "server.shop" }]);
  const [newest] = await catalog.applies();
  const record = await catalog.apply(newest?.id ?? "");
  const move = record?.changes.find(({ action }) => action === "move");
  assert.deepEqual(
    [move?.previousAddress, move?.address, move?.done],
    ["server.orders", "server.shop", true],
  );
});

test("a point that a prune removed while an apply gave it up is not hidden as one that can come back", async () => {
  const world = newWorld();
  await applyPlan(await planOf(world.catalog, sampleResources()), world);
  const { plan, points } = await purging(world.catalog, { kept: 1, given: 2 });
  const [gone = ""] = points;
  const patch = { state: "purged" } as const;
  const catalog = withWrites(world.catalog, async (changes, write) => {
    await write([{ kind: "change_point", id: gone, patch }]);
    return write(changes);
  });
  await applyPlan(plan, { ...world, catalog });
  const after = (await world.catalog.points()).filter(({ id }) => points.includes(id));
  assert.deepEqual(after.map(({ state }) => state).toSorted(), ["purged", "tombstoned"]);
  assert.equal(after.find(({ id }) => id === gone)?.purge, undefined);
});
