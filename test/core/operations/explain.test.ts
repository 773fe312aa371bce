import assert from "node:assert/strict";
import { test } from "node:test";
import { formatExplanation } from "../../../cmd/views/explanation-text.ts";
import { type Address, tryParseAddress } from "../../../core/address/address.ts";
import type { JobRecord } from "../../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { explain } from "../../../core/operations/explain.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";

function parseAddress(text: string): Address {
  return tryParseAddress(text) ?? assert.fail(text);
}

const SET = parseAddress("backup_set.orders");

function moment(text: string) {
  return toInstant(Date.parse(`2017-02-${text}:00-08:00`));
}

function pointOf(facts: Partial<RecoveryPoint> & { readonly id: string }): RecoveryPoint {
  return {
    state: "listed",
    backupSet: SET,
    server: parseAddress("server.orders"),
    vault: parseAddress("vault.main"),
    database: "Orders",
    type: "differential",
    method: "native",
    trigger: "schedule",
    consistency: "transactional",
    startedAt: moment("01T12:00"),
    createdAt: moment("01T16:00"),
    base: null,
    convertedFrom: null,
    conversionReason: null,
    bytesRead: 1,
    bytesStored: 1,
    job: "job-1",
    ...facts,
  };
}

const POINTS = [
  pointOf({ id: "full-0001", type: "full" }),
  pointOf({ id: "diff-0102", createdAt: moment("02T21:00"), base: "full-0001" }),
  pointOf({ id: "diff-0107", createdAt: moment("07T21:00"), base: "full-0001" }),
  pointOf({
    id: "full-0008",
    type: "full",
    createdAt: moment("08T15:00"),
    convertedFrom: "differential",
    conversionReason: "previous_full_failed",
  }),
];

const JOB: JobRecord = {
  id: "job-7",
  operation: "backup",
  subject: SET,
  type: "differential",
  trigger: "schedule",
  status: "successful_with_errors",
  queuedAt: moment("03T21:00"),
  startedAt: moment("03T21:00"),
  finishedAt: moment("03T21:05"),
  worker: null,
  cancelRequested: false,
  bandwidth: "unlimited",
  bytesRead: 0,
  bytesStored: 0,
  databases: [
    {
      database: "Orders",
      result: "down",
      code: "DATABASE_NOT_READY",
      message: "Database [Orders] is offline.",
      point: null,
      scans: [],
      bytesRead: 0,
      bytesStored: 0,
    },
  ],
};

async function worldWith(retention: JsonObject): Promise<MemoryWorld> {
  const world = createWorld();
  const object = (text: string, attributes: JsonObject) => {
    const address: Address = parseAddress(text);
    const type = text.split(".")[0] ?? "";
    const facts = { address, type, attributes, dependsOn: [], appliedAt: toInstant(0) };
    return { kind: "put_object", object: facts } as const;
  };
  await world.catalog.write([
    object("retention.ten", {
      daily: 10,
      weekly: 0,
      monthly: 0,
      yearly: 0,
      timezone: null,
      week_starts: "monday",
      representative: "latest",
      legal_hold: false,
      ...retention,
    }),
    object("policy.gold", { retention: "retention.ten", timezone: "America/Los_Angeles" }),
    object("backup_set.orders", {
      policy: "policy.gold",
      server: "server.orders",
      vault: "vault.main",
      databases: { include: ["*"], exclude: [], system: false },
    }),
    ...POINTS.map((point) => ({ kind: "put_point", point }) as const),
    { kind: "put_job", job: JOB },
  ]);
  return world;
}

async function stepsOf(subject: string, at: string, retention: JsonObject = {}) {
  const { ports } = await worldWith(retention);
  const { databases } = await explain({ subject, at: moment(at) }, ports);
  const [point] = databases[0]?.points ?? [];
  assert.ok(point);
  const named = new Map(point.steps.map((step) => [step.rule, step]));
  return { point, named };
}

test("B-37 [decision] explain says that a differential keeps the full of Feb 1, and until when", async () => {
  const { point, named } = await stepsOf("full-0001", "13T11:00");
  assert.equal(point.verdict, "kept");
  assert.equal(point.expires_at, "2017-02-18T00:00:00.000-08:00");
  assert.deepEqual(named.get("daily"), {
    rule: "daily",
    seeds: ["B-04", "B-09"],
    holds: false,
    until: "2017-02-12T00:00:00.000-08:00",
    count: 10,
    points: [],
    reason: null,
  });
  assert.deepEqual(named.get("dependency"), {
    rule: "dependency",
    seeds: ["B-36", "B-37"],
    holds: true,
    until: "2017-02-18T00:00:00.000-08:00",
    count: null,
    points: ["diff-0107"],
    reason: null,
  });
});

test("B-35 [decision] explain says that a differential is gone, and when its days ended", async () => {
  const { point, named } = await stepsOf("diff-0102", "13T11:00");
  assert.equal(point.verdict, "purged");
  assert.deepEqual(point.retained_by, []);
  assert.equal(named.get("daily")?.until, "2017-02-13T00:00:00.000-08:00");
  assert.deepEqual(named.get("builds_on")?.points, ["full-0001"]);
});

test("B-52 [decision] explain names the reason of a conversion and where it comes from", async () => {
  const { named } = await stepsOf("full-0008", "13T11:00");
  assert.equal(named.get("converted")?.reason, "previous_full_failed");
  assert.deepEqual(named.get("converted")?.seeds, ["B-52"]);
});

test("B-33 [decision] explain says who stands for a week", async () => {
  const { named } = await stepsOf("full-0001", "13T11:00", { weekly: 4 });
  assert.deepEqual(named.get("weekly")?.points, ["diff-0102"]);
  assert.equal(named.get("weekly")?.holds, false);
  const standing = await stepsOf("diff-0102", "13T11:00", { weekly: 4 });
  assert.equal(standing.named.get("weekly")?.holds, true);
  assert.equal(standing.named.get("weekly")?.until, "2017-03-06T00:00:00.000-08:00");
});

test("the newest point is kept when everything else gave it up", async () => {
  const { ports } = await worldWith({});
  const later = toInstant(Date.parse("2018-01-01T00:00:00Z"));
  const { databases } = await explain({ subject: "full-0008", at: later }, ports);
  const [point] = databases[0]?.points ?? [];
  assert.deepEqual(point?.retained_by, ["newest"]);
  assert.equal(point.steps.at(-1)?.rule, "newest");
});

for (const state of ["tombstoned", "purged"] as const) {
  test(`a point that is ${state} is gone, and what is left is explained without it`, async () => {
    const { ports, catalog } = await worldWith({ weekly: 4 });
    const [first, , , second] = POINTS;
    assert.ok(first && second);
    await catalog.write([
      { kind: "put_point", point: { ...second, createdAt: moment("05T15:00"), state } },
      { kind: "put_point", point: { ...first, id: "full-gone", state } },
    ]);
    const inApril = toInstant(Date.parse("2017-04-01T00:00:00-07:00"));
    const { databases } = await explain({ subject: "orders", at: inApril }, ports);
    const listing = await listPoints({ at: inApril }, ports);
    const [{ points, coverage } = assert.fail()] = databases;
    assert.deepEqual(
      points.filter(({ verdict }) => verdict === "kept").map(({ id }) => id),
      listing.recovery_points.map(({ id }) => id),
    );
    const named = new Map(points.map((point) => [point.id, point]));
    assert.deepEqual(named.get("diff-0107")?.retained_by, ["newest"]);
    assert.deepEqual(named.get("full-0001")?.retained_by, ["dependency"]);
    assert.deepEqual(
      coverage.map(({ from }) => from),
      ["2017-02-01T16:00:00.000-08:00", "2017-02-07T21:00:00.000-08:00"],
    );
    assert.deepEqual(
      ["full-0008", "full-gone"].map((id) => {
        const { verdict, expires_at, retained_by, steps } = named.get(id) ?? assert.fail(id);
        return [verdict, expires_at, retained_by, steps.map(({ rule }) => rule)];
      }),
      [
        ["purged", null, [], ["made", "converted", state]],
        ["purged", null, [], ["made", state]],
      ],
    );
  });

  test(`a point that is ${state} stands for no week`, async () => {
    const { ports, catalog } = await worldWith({ weekly: 4 });
    const [, second] = POINTS;
    assert.ok(second);
    await catalog.write([{ kind: "put_point", point: { ...second, state } }]);
    const { databases } = await explain({ subject: "full-0001", at: moment("13T11:00") }, ports);
    const weekly = databases[0]?.points[0]?.steps.find(({ rule }) => rule === "weekly");
    assert.deepEqual(weekly?.points, ["full-0001"]);
    assert.equal(weekly.until, "2017-03-06T00:00:00.000-08:00");
  });
}

test("a point that a purge took is gone even where no rule decides any more", async () => {
  const { ports, catalog } = await worldWith({});
  const [first] = POINTS;
  assert.ok(first);
  const lost = { ...first, backupSet: parseAddress("backup_set.removed") };
  await catalog.write([
    { kind: "put_point", point: { ...lost, id: "lost-kept" } },
    { kind: "put_point", point: { ...lost, id: "lost-gone", state: "purged" } },
  ]);
  const { databases } = await explain({ subject: "orders" }, ports);
  const points = databases.find(({ retention }) => retention === null)?.points ?? [];
  assert.deepEqual(
    points.map(({ id, verdict, retained_by }) => [id, verdict, retained_by]),
    [
      ["lost-gone", "purged", []],
      ["lost-kept", "orphan", ["orphan"]],
    ],
  );
});

test("a point that is dated later than now is kept and no orphan, as points lists it", async () => {
  const { ports, catalog } = await worldWith({});
  const [first] = POINTS;
  assert.ok(first);
  const createdAt = toInstant(ports.clock.now() + 86_400_000);
  await catalog.write([{ kind: "put_point", point: { ...first, id: "ahead", createdAt } }]);
  const explanation = await explain({ subject: "ahead" }, ports);
  const { verdict, retained_by, steps } = explanation.databases[0]?.points[0] ?? assert.fail();
  const rules = steps.map(({ rule }) => rule);
  assert.deepEqual([verdict, retained_by, rules], ["kept", ["newest"], ["made", "ahead"]]);
  const listing = await listPoints({}, ports);
  assert.deepEqual(
    listing.recovery_points.find(({ id }) => id === "ahead")?.retained_by,
    retained_by,
  );
  assert.match(formatExplanation(explanation), /\+ ahead: it is dated later than now/);
});

test("a legal hold is told", async () => {
  const { point, named } = await stepsOf("diff-0102", "13T11:00", { legal_hold: true });
  assert.equal(point.verdict, "kept");
  assert.equal(named.get("legal_hold")?.holds, true);
});

test("A-49 [decision] explain tells which backup of a database was skipped, and why", async () => {
  const { ports } = await worldWith({});
  const { databases, subject } = await explain({ subject: "orders" }, ports);
  assert.equal(subject, "database");
  const [{ points, events } = assert.fail()] = databases;
  assert.equal(points.length, 4);
  assert.deepEqual(
    events.map(({ job, result, code, seeds }) => [job, result, code, seeds]),
    [["job-7", "down", "DATABASE_NOT_READY", ["A-48", "A-49", "A-53"]]],
  );
});

test("what nobody knows is refused", async () => {
  const { ports } = await worldWith({});
  await assert.rejects(explain({ subject: "Invoices" }, ports), /no database Invoices/);
  await assert.rejects(explain({ subject: "diff-" }, ports), /2 recovery points begin with diff-/);
});

test("a time without an offset is by the policy's clock", async () => {
  const { ports } = await worldWith({});
  for (const at of ["2017-02-12", "2017-02-12T00:00", "2017-02-12T08:00:00Z"]) {
    const explanation = await explain({ subject: "orders", at }, ports);
    assert.equal(explanation.at, "2017-02-12T00:00:00.000-08:00");
    const listing = await listPoints({ at }, ports);
    assert.equal(listing.at, "2017-02-12T00:00:00.000-08:00");
    assert.deepEqual(
      listing.recovery_points.map(({ id }) => id),
      ["full-0001", "diff-0102", "diff-0107", "full-0008"],
    );
  }
  await assert.rejects(explain({ subject: "orders", at: "soon" }, ports), /-at soon is no moment/);
  await assert.rejects(listPoints({ at: "2017-02-30" }, ports), /-at 2017-02-30 is no moment/);
});

test("a time without an offset is refused where policies have different clocks", async () => {
  const { ports, catalog } = await worldWith({});
  const objects = await catalog.objects();
  const renamed = objects.flatMap((object) => {
    if (object.type === "retention") return [];
    const address = parseAddress(`${object.type}.other`);
    const other =
      object.type === "policy" ? { timezone: "Europe/Berlin" } : { policy: "policy.other" };
    const attributes = { ...object.attributes, ...other };
    return [{ kind: "put_object", object: { ...object, address, attributes } } as const];
  });
  await catalog.write(renamed);
  await assert.rejects(
    listPoints({ at: "2017-02-12" }, ports),
    /different clocks \(America\/Los_Angeles, Europe\/Berlin\)/,
  );
  await listPoints({ at: "2017-02-12", backupSet: "orders" }, ports);
  await listPoints({ at: "2017-02-12T00:00:00Z" }, ports);
});

test("people read one line for each rule, with what it does", async () => {
  const { ports } = await worldWith({ weekly: 4 });
  const text = formatExplanation(
    await explain({ subject: "orders", at: moment("13T11:00") }, ports),
  );
  assert.equal(text, EXPECTED);
});

const EXPECTED = `At 2017-02-13 11:00:00 -08:00:

Orders on server.orders, in backup_set.orders

The rule: 10 days, 4 weeks; days end in America/Los_Angeles; weeks start on Monday; the latest point of a period stands for it.

full full-0001 of 2017-02-01 16:00:00 -08:00 is kept until 2017-03-06 00:00:00 -08:00
    made by a backup that succeeded then
  - daily: the 10 days after the day of its making ended at 2017-02-12 00:00:00 -08:00
  - weekly: diff-0102 stands for its week
  + dependency: 2 points that are kept need it until 2017-03-06 00:00:00 -08:00: diff-0102, diff-0107

differential diff-0102 of 2017-02-02 21:00:00 -08:00 is kept until 2017-03-06 00:00:00 -08:00
    made by a backup that succeeded then
    builds on full-0001
  - daily: the 10 days after the day of its making ended at 2017-02-13 00:00:00 -08:00
  + weekly: it stands for its week; the 4 weeks after that week end at 2017-03-06 00:00:00 -08:00

differential diff-0107 of 2017-02-07 21:00:00 -08:00 is kept until 2017-02-18 00:00:00 -08:00
    made by a backup that succeeded then
    builds on full-0001
  + daily: the 10 days after the day of its making end at 2017-02-18 00:00:00 -08:00
  - weekly: full-0008 stands for its week

full full-0008 of 2017-02-08 15:00:00 -08:00 is kept until 2017-03-13 00:00:00 -07:00
    made by a backup that succeeded then
    asked for as something else, converted: previous_full_failed
  + daily: the 10 days after the day of its making end at 2017-02-19 00:00:00 -08:00
  + weekly: it stands for its week; the 4 weeks after that week end at 2017-03-13 00:00:00 -07:00

What did not go as asked for:
  2017-02-03 21:00:00 -08:00 differential down DATABASE_NOT_READY (job-7)
    Database [Orders] is offline.
`;
