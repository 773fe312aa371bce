import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { SimulationListing } from "../../schemas/simulation-listing.ts";
import { runHere } from "../support/holdfast-here.ts";
import { type CommandOutcome } from "../support/holdfast-process.ts";

/** The worked example of February 2017: fulls on Wednesdays at noon, differentials at nine in the evening. */
const EXAMPLE = `
retention "ten_days" {
  daily    = 10
  timezone = "America/Los_Angeles"
}
retention "and_weeks" {
  daily    = 10
  weekly   = 4
  timezone = "America/Los_Angeles"
}
policy "gold" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
}
policy "fulls" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = "0 12 * * WED" }
}
policy "weekly" {
  method    = "native"
  retention = retention.and_weeks
  full { schedule = "0 12 * * WED" }
}
policy "logs" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
  log { every = "30m" }
}
`;

const directory = mkdtempSync(join(tmpdir(), "holdfast-simulate-"));
after(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, "main.hcl"), EXAMPLE);

function event(type: string, start: string, end = start): string {
  const times = { started_at: `${start}:00-08:00`, completed_at: `${end}:00-08:00` };
  return JSON.stringify({ type, database: "db1", ...times, status: "successful" });
}

function dayOf(day: number): string {
  return `2017-02-${String(day).padStart(2, "0")}`;
}

const FULLS = [
  event("full", "2017-02-01T12:00", "2017-02-01T16:00"),
  event("full", "2017-02-08T12:00", "2017-02-08T15:00"),
  event("full", "2017-02-15T12:00", "2017-02-15T15:00"),
  event("full", "2017-02-22T12:00", "2017-02-22T15:00"),
];
const DIFFERENTIALS = Array.from({ length: 28 }, (_, index) =>
  event("differential", `${dayOf(index + 1)}T21:00`),
);
// The order of the lines means nothing.
writeFileSync(join(directory, "february.ndjson"), [...DIFFERENTIALS, ...FULLS].join("\n"));
writeFileSync(join(directory, "fulls.ndjson"), `${FULLS.join("\n")}\n`);

async function simulate(...words: readonly string[]): Promise<SimulationListing> {
  const { code, stdout, stderr } = await runHere(["simulate", ...words, "-json"], {
    directory,
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as SimulationListing;
}

async function refuse(...words: readonly string[]): Promise<CommandOutcome> {
  const outcome = await runHere(["simulate", ...words], { directory });
  assert.equal(outcome.code, 1, outcome.stdout);
  assert.equal(outcome.stdout, "");
  return outcome;
}

function madeAt({ recovery_points }: SimulationListing, type: string): readonly string[] {
  return recovery_points
    .filter((point) => point.type === type)
    .map(({ created_at }) => created_at.replace(":00.000-08:00", ""));
}

function range(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${dayOf(first + index)}T21:00`);
}

const [FEB_1, FEB_8, FEB_15, FEB_22] = [
  "2017-02-01T16:00",
  "2017-02-08T15:00",
  "2017-02-15T15:00",
  "2017-02-22T15:00",
] as const;

/** The table "Exact visible sets": instant, fulls, first and last day of the differentials, what pins the oldest full. */
const VISIBLE: readonly {
  readonly title: string;
  readonly at: string;
  readonly fulls: readonly string[];
  readonly days: readonly [number, number];
  readonly oldest: readonly string[];
}[] = [
  {
    title:
      "B-32 [end to end] on Feb 11 2017 at 5:00 two fulls and ten differentials exist, all warm",
    at: "2017-02-11T05:00:00",
    fulls: [FEB_1, FEB_8],
    days: [1, 10],
    oldest: ["daily", "dependency"],
  },
  {
    title: "B-04 B-07 [end to end] to the last second of Feb 11 2017 the full of Feb 1 is daily",
    at: "2017-02-11T23:59:59.999",
    fulls: [FEB_1, FEB_8],
    days: [1, 11],
    oldest: ["daily", "dependency"],
  },
  {
    title: "B-09 B-37 [end to end] from the first second of Feb 12 2017 on differentials pin it",
    at: "2017-02-12T00:00:00",
    fulls: [FEB_1, FEB_8],
    days: [2, 11],
    oldest: ["dependency"],
  },
  {
    title: "B-37 [end to end] at 11:00 of Feb 12 2017 that is still so",
    at: "2017-02-12T11:00:00",
    fulls: [FEB_1, FEB_8],
    days: [2, 11],
    oldest: ["dependency"],
  },
  {
    title: "B-35 [end to end] on Feb 13 2017 at 11:00 the differentials of Feb 1 and 2 are gone",
    at: "2017-02-13T11:00:00",
    fulls: [FEB_1, FEB_8],
    days: [3, 12],
    oldest: ["dependency"],
  },
  {
    title: "B-37 [end to end] the full of Feb 1 is there to the last second of Feb 17 2017",
    at: "2017-02-17T23:59:59",
    fulls: [FEB_1, FEB_8, FEB_15],
    days: [7, 17],
    oldest: ["dependency"],
  },
  {
    title: "B-37 [end to end] with the differential of Feb 7 the full of Feb 1 goes",
    at: "2017-02-18T00:00:00",
    fulls: [FEB_8, FEB_15],
    days: [8, 17],
    oldest: ["daily", "dependency"],
  },
  {
    title: "B-37 [end to end] a week later the same happens to the full of Feb 8",
    at: "2017-02-25T00:00:00",
    fulls: [FEB_15, FEB_22],
    days: [15, 24],
    oldest: ["daily", "dependency"],
  },
];

for (const { title, at, fulls, days, oldest } of VISIBLE) {
  test(title, async () => {
    const listing = await simulate("gold", "-at", at, "-history", "february.ndjson");
    assert.deepEqual(madeAt(listing, "full"), fulls);
    assert.deepEqual(madeAt(listing, "differential"), range(...days));
    const { recovery_points: points } = listing;
    assert.deepEqual(points[0]?.retained_by, oldest);
    assert.ok(points.every(({ tier, restorable }) => tier === "warm" && restorable));
    const order = points.map(({ created_at, id }) => `${created_at} ${id}`);
    assert.deepEqual(order, order.toSorted(), "oldest first");
    assert.equal(listing.coverage.length, points.length, "each point is one moment");
  });
}

test("B-08 [end to end] without differentials the full of Feb 1 2017 goes at midnight of Feb 12", async () => {
  const before = await simulate("gold", "-at", "2017-02-11T23:59:59", "-history", "fulls.ndjson");
  const later = await simulate("gold", "-at", "2017-02-12", "-history", "fulls.ndjson");
  assert.deepEqual(madeAt(before, "full"), [FEB_1, FEB_8]);
  assert.deepEqual(madeAt(later, "full"), [FEB_8]);
  assert.equal(later.at, "2017-02-12T00:00:00.000-08:00");
});

test("B-12 [end to end] the latest full of the week that ends on Feb 5 2017 is kept by the week", async () => {
  const listing = await simulate("weekly", "-at", "2017-02-12", "-history", "fulls.ndjson");
  const [first] = listing.recovery_points;
  assert.deepEqual(first?.retained_by, ["weekly"]);
  assert.equal(first.expires_at, "2017-03-06T00:00:00.000-08:00");
});

test("B-33 [end to end] the last differential of a week stands for it, and pins its full", async () => {
  const listing = await simulate("weekly", "-at", "2017-02-20", "-history", "february.ndjson");
  const [full, differential] = listing.recovery_points;
  assert.equal(full?.created_at, "2017-02-01T16:00:00.000-08:00");
  assert.deepEqual(full.retained_by, ["dependency"]);
  assert.equal(differential?.created_at, "2017-02-05T21:00:00.000-08:00");
  assert.deepEqual(differential.retained_by, ["weekly"]);
  assert.equal(differential.base, full.id);
});

test("B-36 [end to end] a differential builds on the full right before it", async () => {
  const at = ["-at", "2017-02-09", "-history", "february.ndjson"];
  const { recovery_points: points } = await simulate("gold", ...at);
  const baseOf = (made: string) => {
    const { base } = points.find(({ created_at }) => created_at.startsWith(made)) ?? {};
    return points.find(({ id }) => id === base)?.created_at;
  };
  assert.equal(baseOf("2017-02-07T21:00"), "2017-02-01T16:00:00.000-08:00");
  assert.equal(baseOf("2017-02-08T21:00"), "2017-02-08T15:00:00.000-08:00");
});

test("B-05 B-06 [end to end] fulls start on the four Wednesdays at noon and count from their success", async () => {
  const span = ["-from", "2017-02-01", "-at", "2017-02-28T23:59:59"];
  const listing = await simulate("fulls", ...span, "-duration", "full=4h");
  assert.deepEqual(listing.ran, [
    { database: "database", type: "full", successful: 4, failed: 0, skipped: 0, converted: 0 },
  ]);
  const early = await simulate(
    "fulls",
    "-from",
    "2017-02-01",
    "-at",
    "2017-02-01T15:59:59.999",
    "-duration",
    "full=4h",
  );
  assert.deepEqual(early.recovery_points, []);
  const first = await simulate(
    "fulls",
    "-from",
    "2017-02-01",
    "-at",
    "2017-02-01T16:00",
    "-duration=full=4h",
  );
  const [point] = first.recovery_points;
  assert.equal(point?.started_at, "2017-02-01T12:00:00.000-08:00");
  assert.equal(point.created_at, "2017-02-01T16:00:00.000-08:00");
});

test("B-60 B-66 [end to end] logs run every half hour after the full until the differential, nine times", async () => {
  const span = ["-from", "2017-02-01", "-at", "2017-02-01T21:30", "-duration", "full=4h"];
  const { recovery_points: points, coverage } = await simulate("logs", ...span);
  assert.deepEqual(
    points.map(({ type, created_at }) => `${type} ${created_at.slice(11, 16)}`),
    [
      "full 16:00",
      ...["16:30", "17:00", "17:30", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30"].map(
        (time) => `log ${time}`,
      ),
      "differential 21:00",
      "log 21:30",
    ],
  );
  assert.deepEqual(
    coverage.map(({ database, from, to }) => ({ database, from, to })),
    [
      {
        database: "database",
        from: "2017-02-01T16:00:00.000-08:00",
        to: "2017-02-01T21:30:00.000-08:00",
      },
    ],
  );
});

test("Q-23: logs whose base is gone are neither listed nor offered", async () => {
  const span = ["-from", "2017-02-01", "-at", "2017-02-13T11:00", "-duration", "full=4h"];
  const { recovery_points: points, coverage } = await simulate("logs", ...span);
  const logs = madeAt({ recovery_points: points } as SimulationListing, "log");
  assert.equal(logs[0], "2017-02-03T21:30");
  const stretches = coverage.filter(({ from, to }) => from !== to);
  assert.deepEqual(
    stretches.map(({ from, to }) => [from, to]),
    [["2017-02-03T21:00:00.000-08:00", "2017-02-13T11:00:00.000-08:00"]],
  );
});

test("B-28 B-62 [end to end] before the first full a differential becomes one, and no log runs", async () => {
  const span = ["-from", "2017-02-02", "-at", "2017-02-02T22:00", "-database", "db1"];
  const { recovery_points: points, unusual } = await simulate("logs", ...span);
  assert.deepEqual(
    points.map(({ type, created_at, converted_from }) => [
      type,
      created_at.slice(0, 16),
      converted_from,
    ]),
    [
      ["full", "2017-02-02T21:00", "differential"],
      ["log", "2017-02-02T21:30", null],
      ["log", "2017-02-02T22:00", null],
    ],
  );
  assert.equal(unusual[0]?.reason, "no_full_recovery_point");
  assert.equal(unusual[0].point, "db1-full-1");
});

test("a backup set and the values of variables count", async () => {
  const folder = join(directory, "whole");
  mkdirSync(folder);
  const blocks = `
variable "days" { type = number }
credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "NOBODY_SETS_IT"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}
credential "storage" {
  type         = "sas"
  password_env = "NOBODY_SETS_IT"
}
vault "main" {
  storage "azure_blob" {
    account_url = "https://contoso.blob.core.windows.net"
    container   = "holdfast"
    credential  = credential.storage
  }
  encryption { key_env = "NOBODY_SETS_IT" }
  tiers {
    warm_days = 5
    cold      = "archive"
  }
}
backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["Orders", "Stock", "Archive*"] }
}
`;
  writeFileSync(join(folder, "main.hcl"), `${EXAMPLE}${blocks}`.replace("= 10\n", "= var.days\n"));
  const words = ["simulate", "gold", "-from", "2017-02-01", "-at", "2017-02-08", "-json"];
  const missing = await runHere(words, { directory: folder });
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /CONFIG_VARIABLE_MISSING/);
  const { code, stdout } = await runHere([...words, "-var", "days=3"], { directory: folder });
  assert.equal(code, 0);
  const { recovery_points: points } = JSON.parse(stdout) as SimulationListing;
  assert.deepEqual(
    points
      .filter(({ database }) => database === "Orders")
      .map(({ type, created_at, tier }) => [type, created_at.slice(5, 10), tier]),
    [
      ["full", "02-01", "cold"],
      ["differential", "02-05", "warm"],
      ["differential", "02-06", "warm"],
      ["differential", "02-07", "warm"],
    ],
  );
  assert.deepEqual([...new Set(points.map(({ database }) => database))], ["Orders", "Stock"]);
  assert.ok(points.every((point) => point.backup_set === "backup_set.orders"));
  assert.ok(points.every(({ server }) => server === "server.orders"));
});

test("people read what ran, what exists and what can be restored", async () => {
  const span = ["-from", "2017-02-01", "-at", "2017-02-13T11:00", "-duration", "full=4h"];
  const { code, stdout } = await runHere(["simulate", "logs", ...span], { directory });
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^policy\.logs from 2017-02-01 00:00:00 -08:00, at 2017-02-13 11:00:00 -08:00/,
  );
  assert.match(stdout, /database {2}full +2 /);
  assert.match(stdout, /454 recovery points exist/);
  assert.match(stdout, /47 logs/);
});

test("bad words and bad histories are refused with what to do", async () => {
  writeFileSync(join(directory, "bad.ndjson"), `${FULLS[0]}\n{"type":"whole"}\n`);
  const at = ["-at", "2017-02-13"];
  const bad = await refuse("gold", ...at, "-history", "bad.ndjson");
  assert.match(bad.stderr, /bad\.ndjson:2 /);
  assert.match(bad.stderr, /HISTORY_INVALID/);
  const missing = await refuse("gold", ...at, "-history", "none.ndjson");
  assert.match(missing.stderr, /FILE_UNREADABLE/);
  const unknown = await refuse("silver", ...at, "-from", "2017-02-01");
  assert.match(unknown.stderr, /policy\.gold/);
  const endless = await refuse("gold", ...at);
  assert.match(endless.stderr, /-from is missing/);
  const backwards = await refuse("gold", ...at, "-from", "2017-03-01");
  assert.match(backwards.stderr, /-from is later than -at/);
  const wrong = await refuse("gold", "-at", "soon", "-from", "2017-02-01");
  assert.match(wrong.stderr, /-at soon is no moment.*America\/Los_Angeles/s);
  const skipped = await refuse("gold", "-at", "2017-03-12T02:30", "-from", "2017-02-01");
  assert.match(skipped.stderr, /-at 2017-03-12T02:30 never comes/);
  const other = ["-history", "fulls.ndjson", "-database", "db2"];
  assert.match((await refuse("gold", ...at, ...other)).stderr, /no such database; it has db1/);
  const nameless = await refuse("gold", ...at, "-from", "2017-02-01", "-database=");
  assert.match(nameless.stderr, /-database needs the name/);
  const duration = await refuse("gold", ...at, "-from", "2017-02-01", "-duration", "full=long");
  assert.match(duration.stderr, /full=4h/);
});
