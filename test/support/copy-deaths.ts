import assert from "node:assert/strict";
import type { Ports } from "../../core/operations/ports.ts";
import type { CopyServer, CopyWorld } from "./copy-world.ts";
import { type Death, mortalPorts } from "./mortal-ports.ts";

/** Kills a backup at an act, runs the next ones, and holds what is left against what must be. Gives whether the act came at all. */
export async function dieOnce(server: CopyServer, death: Death): Promise<boolean> {
  const world = await server.world(["Shop"]);
  const life = mortalPorts(world.ports, death);
  const ended = await world.run(life.ports).then(
    () => true,
    () => false,
  );
  const label = JSON.stringify(death);
  if (ended && life.acts < death.act) return false;
  const again = await world.run();
  assert.equal(again.status, "successful", label);
  assert.deepEqual(server.databases(), ["Shop"], label);
  server.azure.pass(HOUR);
  world.time += HOUR;
  await world.run();
  const jobs = await world.catalog.jobs();
  for (const { status, copies = [] } of jobs) {
    assert.notEqual(status, "running", label);
    for (const { steps, worker } of copies) {
      assert.ok(
        steps.some(({ step }) => step === "copy_dropped"),
        label,
      );
      assert.ok(worker === null || worker.endedAt !== null, label);
    }
  }
  const { requests } = server.azure.tenant;
  const asked = requests
    .filter(({ method }) => method === "PUT")
    .map(({ path }) => path)
    .filter((path) => path.includes("_holdfast_"));
  assert.equal(new Set(asked).size, asked.length, "a second request for one copy");
  const points = (await world.catalog.points()).filter(({ state }) => state === "listed");
  assert.ok(points.length >= 2, label);
  assert.equal(
    points.every(({ database }) => database === "Shop"),
    true,
  );
  return true;
}

/** What a job came to whose copy had a trouble, and whether anything of it is left. */
export async function troubled(server: CopyServer, own: CopyWorld, ports: Ports = own.ports) {
  const before = server.databases();
  const { status, databases, copies = [] } = await own.run(ports);
  assert.deepEqual(server.databases(), before);
  assert.deepEqual(
    copies.map(({ steps, worker }) => [
      steps.some(({ step }) => step === "copy_dropped"),
      worker === null || worker.endedAt !== null,
    ]),
    copies.map(() => [true, true]),
  );
  const listed = (await own.catalog.points()).filter(({ state }) => state === "listed");
  assert.deepEqual(listed, []);
  return [status, ...databases.map(({ code }) => code)];
}

const HOUR = 3_600_000;
