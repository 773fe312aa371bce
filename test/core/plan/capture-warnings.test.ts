import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

async function warningsOf(method: string, isSysadmin: boolean): Promise<readonly string[]> {
  const world = createWorld(EXAMPLE.replace('"snapshot"', `"${method}"`));
  const { server, ports } = world;
  server.contents.set("db1", new Map());
  server.contents.set("db2", new Map());
  const asked = Object.assign(Object.create(server) as typeof server, {
    facts: async () => ({ ...(await server.facts()), isSysadmin }),
    databases: async () =>
      (await server.databases()).map((facts) => ({
        ...facts,
        capturesChanges: facts.name === "db2",
      })),
  });
  const { plan } = await makePlan(
    { options: DEFAULT_PLAN_OPTIONS, variables: [] },
    { ...ports, openServer: () => Promise.resolve(asked) },
  );
  return plan.diagnostics.flatMap(({ code, detail }) =>
    code.startsWith("CDC_") ? [`${code} ${/is off in (\S+) of/.exec(detail)?.[1] ?? ""}`] : [],
  );
}

test("a plan says where the first backup enables change data capture, and where it may not", async () => {
  assert.deepEqual(await warningsOf("cdc", true), ["CDC_WILL_BE_ENABLED [db1]"]);
  assert.deepEqual(await warningsOf("cdc", false), ["CDC_PERMISSION_MISSING [db1]"]);
  assert.deepEqual(await warningsOf("snapshot", false), []);
});
