import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { captureWarnings } from "../../../core/plan/capture-warnings.ts";
import type { CaptureState, ChangeCapture } from "../../../core/resource/change-capture.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

/** Capture that a person enabled in db2, with what is not as the policy wants it. */
const BY_HAND: CaptureState = {
  enabled: true,
  tables: 1,
  continuous: true,
  retention: 1000,
  untrackedTables: [],
  partlyTrackedTables: [],
  oldest: "0".repeat(20),
  newest: "0".repeat(20),
  identity: "x",
  sources: "x",
  lastAltered: "",
  foreignInstances: [],
  switchableTables: [],
};

async function warningsOf(
  method: string,
  isSysadmin: boolean,
  keeps = 1e9,
): Promise<readonly string[]> {
  const world = createWorld(EXAMPLE.replace('"snapshot"', `"${method}"`));
  const { server, ports } = world;
  server.contents.set("db1", new Map());
  server.contents.set("db2", new Map());
  const asked = Object.assign(Object.create(server) as typeof server, {
    facts: async () => ({ ...(await server.facts()), isSysadmin }),
    openChangeCapture: () =>
      Promise.resolve({
        state: () => Promise.resolve({ ...BY_HAND, retention: keeps }),
        remedy: () => Promise.resolve("EXEC sys.sp_cdc_change_job"),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      } as unknown as ChangeCapture),
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
    code.startsWith("CDC_")
      ? [`${code} ${/is (?:off|on) in (\S+) of/.exec(detail)?.[1] ?? ""}`]
      : [],
  );
}

test("a plan says where the first backup enables change data capture, and where it may not", async () => {
  assert.deepEqual(await warningsOf("cdc", true), ["CDC_WILL_BE_ENABLED [db1]"]);
  assert.deepEqual(await warningsOf("cdc", false), ["CDC_PERMISSION_MISSING [db1]"]);
  assert.deepEqual(await warningsOf("snapshot", false), []);
});

test("a plan says what a person set otherwise than the policy wants it, before a backup skips the database", async () => {
  const found = await warningsOf("cdc", true, 1000);
  assert.deepEqual(found, ["CDC_WILL_BE_ENABLED [db1]", "CDC_SETTINGS_WRONG [db2]"]);
});

test("a plan says which databases stand on a tier that has no change data capture", () => {
  const tierOf = (objective: string) => ({ objective, name: null, tier: null, pool: null });
  const service = { edition: "Standard", objective: "S2", pool: null };
  const pooled = { edition: "Standard", objective: "ElasticPool", pool: "shared" };
  const names = ["low", "high", "unasked"];
  const told = [
    { name: "told", service },
    { name: "pooled", service: pooled },
  ];
  // Only what the warnings look at.
  const facts = {
    set: { server: "server.s", policy: "policy.p", databases: { include: ["*"], exclude: [] } },
    policy: { method: "cdc", cdc: null },
    server: {
      status: "observed",
      facts: { isSysadmin: undefined },
      databases: [...names.map((name) => ({ name })), ...told].map((each) => ({
        ...each,
        state: "online",
        capturesChanges: false,
      })),
      further: {
        captures: new Map(),
        azure: {
          databases: new Map([
            ["low", { tier: tierOf("S0") }],
            ["high", { tier: tierOf("S3") }],
          ]),
        },
      },
    },
    isTold: () => false,
  } as unknown as Parameters<typeof captureWarnings>[0];
  const [low, able, ...rest] = captureWarnings(facts);
  assert.deepEqual(rest, []);
  assert.equal(low?.code, "CDC_ENABLE_FAILED");
  assert.match(low.detail, /\[low\], \[told\] of server\.s stand on a tier below S3/);
  assert.match(able?.detail ?? "", /off in \[high\], \[unasked\], \[pooled\] of/);
});
