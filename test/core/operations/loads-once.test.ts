import assert from "node:assert/strict";
import { test } from "node:test";
import { runInit } from "../../../core/operations/init.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

test("init loads the configuration once, and once more for each round of modules that it fetches", async () => {
  const world = createWorld();
  const loads: unknown[] = [];
  const ports: Ports = {
    ...world.ports,
    loadConfiguration: (input) => {
      loads.push(input.purpose);
      return world.ports.loadConfiguration(input);
    },
  };
  await runInit(ports);
  assert.equal(loads.length, 1);
  world.repositories.set("https://example.com/m.git", { "m.hcl": "" });
  world.configuration = `${EXAMPLE}\nmodule "more" {\n  source = "git::https://example.com/m.git"\n}\n`;
  loads.length = 0;
  const { modules } = await runInit(ports);
  assert.deepEqual([modules.map(({ state }) => state), loads.length], [["fetched"], 2]);
  loads.length = 0;
  await runInit(ports);
  assert.equal(loads.length, 1);
});
