import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { ServerFacts } from "../../../core/resource/database-server.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

async function warnings(kind: string, engine: ServerFacts["engine"]): Promise<readonly string[]> {
  const world = createWorld(EXAMPLE.replace(/kind *= *"sql_server"/, `kind = "${kind}"`));
  const facts = await world.server.facts();
  world.server.facts = () => Promise.resolve({ ...facts, engine });
  const request = { options: DEFAULT_PLAN_OPTIONS, variables: [] };
  const { plan } = await makePlan(request, world.ports);
  return plan.diagnostics.flatMap(({ code, detail }) =>
    code === "SERVER_KIND_WRONG" ? [detail] : [],
  );
}

test("a server that is of another kind than written is told of by the plan, with what to write", async () => {
  const [told] = await warnings("sql_server", "azure_sql");
  assert.match(told ?? "", /is Azure SQL Database[\s\S]*kind = "azure_sql"$/);
  assert.match(
    (await warnings("azure_sql", "managed_instance")).join(),
    /kind = "managed_instance"/,
  );
  assert.match(
    (await warnings("azure_sql", "sql_server")).join(),
    /"sql_server", or kind = "azure_vm"/,
  );
});

test("a server that is what is written, or cannot tell, is not told of", async () => {
  assert.deepEqual(await warnings("sql_server", "sql_server"), []);
  assert.deepEqual(await warnings("azure_vm", "sql_server"), []);
  assert.deepEqual(await warnings("azure_sql", "azure_sql"), []);
  assert.deepEqual(await warnings("azure_sql", undefined), []);
});
