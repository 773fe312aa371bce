import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { formatAddress } from "../../../core/address/address.ts";
import type { JobStatus } from "../../../core/events/event.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { RestoreLeftover } from "../../../core/resource/database-server.ts";
import { sampleJob, samplePoint } from "../../conformance/catalog.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

/** As `MemoryServer` says of all its databases. */
const MADE = Date.parse("2017-02-01T00:00:00Z");

interface Case {
  readonly status: JobStatus;
  readonly began: number;
  readonly hasPoint?: boolean;
}

/** What a plan says of db2, whose mark names a restore that stands so. */
async function planned({ status, began, hasPoint = false }: Case) {
  const world = createWorld(EXAMPLE.replace('"snapshot"', '"cdc"'));
  const { server, ports, catalog } = world;
  server.contents.set("db1", new Map());
  server.contents.set("db2", new Map());
  const job = {
    ...sampleJob("job-r", began),
    operation: "restore",
    status,
    subject: "p1",
  } as const;
  const backedUp = { database: "db2", server: formatAddress("server", "orders") };
  await catalog.write([
    { kind: "put_job", job },
    ...(hasPoint
      ? [{ kind: "put_point", point: samplePoint("p", MADE + 1e8, backedUp) } as const]
      : []),
  ]);
  const asked: string[] = [];
  const leftover: RestoreLeftover = {
    kind: "database",
    what: 'the database "db2"',
    since: "2017-02-01T00:00:00Z",
    job: "job-r",
    removal: "DROP DATABASE [db2];",
    remove: () => Promise.resolve(),
  };
  const marked = Object.assign(Object.create(server) as typeof server, {
    databases: async () =>
      (await server.databases()).map((each) => ({ ...each, capturesChanges: false })),
    restoreLeftovers: (database: string) => {
      asked.push(database);
      return Promise.resolve(database === "db2" ? [leftover] : []);
    },
  });
  const request = { options: DEFAULT_PLAN_OPTIONS, variables: [] };
  const own = { ...ports, openServer: () => Promise.resolve(marked) };
  const { plan } = await makePlan(request, own);
  return { plan, asked };
}

test("a plan says of a database that a restore left half made what it is, and not that it is unprotected", async () => {
  const { plan, asked } = await planned({ status: "failed", began: MADE });
  assert.deepEqual(asked, ["db1", "db2"]);
  const [set] = plan.coverage;
  assert.deepEqual(
    set?.databases.map(({ unfinished }) => unfinished),
    [undefined, { job: "job-r", isOver: true }],
  );
  assert.match(formatPlan(plan), /db2 +online +not whole, left by a restore\n/);
  const about = plan.diagnostics.filter(({ detail }) => detail.includes("[db2]"));
  assert.deepEqual(
    about.map(({ code }) => code),
    ["RESTORE_UNFINISHED"],
  );
  assert.match(about[0]?.detail ?? "", /\(job-r\) .* did not finish it\..*\n\n {4}DROP DATABASE/s);
});

test("what a restore may be making still is not to be dropped", async () => {
  const { plan } = await planned({ status: "running", began: MADE });
  assert.match(formatPlan(plan), /db2 +online +not whole, of a restore that may run\n/);
  const found = plan.diagnostics.find(({ code }) => code === "RESTORE_UNFINISHED");
  assert.match(found?.detail ?? "", /not known here to be over\..*\n\n {4}holdfast jobs$/s);
});

test("no database is opened that no restore can have made: none went wrong, or only later, or there is a point of it since", async () => {
  const day = 86_400_000;
  assert.deepEqual((await planned({ status: "successful", began: MADE })).asked, []);
  assert.deepEqual((await planned({ status: "failed", began: MADE + day })).asked, []);
  const { asked } = await planned({ status: "failed", began: MADE, hasPoint: true });
  assert.deepEqual(asked, ["db1"]);
});
