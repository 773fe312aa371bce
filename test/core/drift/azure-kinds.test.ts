import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { CaptureNow, FurtherFacts } from "../../../core/drift/further-facts.ts";
import { acceptedFacts, factsOf, observationOf } from "../../../core/drift/observed-facts.ts";
import { readObservation } from "../../../core/drift/read-observation.ts";
import type { SetRule } from "../../../core/drift/subject.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { parseLsn } from "../../../core/policy/chain/lsn.ts";
import type { Milliseconds } from "../../../core/policy/model/policy-rule.ts";
import type { ObservedFacts } from "../../../schemas/server-observation.ts";
import { compare, database, point, SERVER, serverFacts, set } from "./drift-world.ts";

type KnownDatabase = ObservedFacts["databases"][number];
type Tier = NonNullable<KnownDatabase["tier"]>;

const DAY = 86_400_000;
const PLACE = {
  kind: "azure_sql",
  subscriptionId: "s",
  resourceGroup: "group",
  server: "orders",
} as const;
const TIER: Tier = {
  name: "Standard",
  tier: "Standard",
  objective: "S3",
  pool: null,
  maxBytes: 250 * 1024 ** 3,
};
const PROFILE = {
  continuous: true,
  retention: (3 * DAY) as Milliseconds,
  allTables: true,
  allColumns: true,
};
const REACHED = "00000027000001e80047";

function captured(position: { oldest?: string; identity?: string } = {}): CaptureNow {
  const { oldest = "00000027000001000001", identity = "first" } = position;
  return {
    state: {
      enabled: true,
      settings: {
        continuous: true,
        retention: PROFILE.retention,
        untrackedTables: [],
        partlyTrackedTables: [],
      },
      position: {
        oldest: parseLsn(`0x${oldest}`),
        newest: parseLsn("0x00000030000000010001"),
        identity,
      },
    },
    isRelied: true,
    isCut: oldest > REACHED,
    remedy: null,
  };
}

interface Said {
  readonly tier?: Tier;
  readonly capture?: CaptureNow;
  readonly copy?: KnownDatabase["copy"];
}

function further({ tier, capture, copy }: Said): FurtherFacts {
  const said = {
    status: "Online",
    createdAt: "2026-01-01T00:00:00.000Z",
    ...(tier === undefined ? {} : { tier }),
    ...(copy === undefined ? {} : { copy }),
  };
  return {
    captures: new Map(capture === undefined ? [] : [["shop", capture]]),
    azure: { place: PLACE, databases: new Map([["shop", said]]) },
  };
}

function factsWith(said: Said): ObservedFacts {
  return factsOf({
    facts: serverFacts(),
    databases: [database("shop")],
    further: further(said),
  });
}

const CHANGES = {
  identity: "first",
  enabledBy: "engine",
  after: REACHED,
  reached: REACHED,
  reachedAt: toInstant(0),
} as const;

interface Around {
  readonly rule?: Partial<SetRule>;
  readonly points?: Partial<RecoveryPoint>;
}

function driftOf(before: Said, after: Said, { rule = {}, points = {} }: Around = {}) {
  const now = { status: "observed", facts: factsWith(after), further: further(after) } as const;
  return compare({
    before: factsWith(before),
    after: now,
    sets: [set(rule)],
    points: [{ ...point("shop"), changes: CHANGES, ...points }],
  }).drift;
}

const CDC: Around = { rule: { method: "cdc", profile: PROFILE } };

test("a tier without change data capture fails the backups that need it, and those only", () => {
  const after = { tier: { ...TIER, objective: "S0" } };
  const [drift, ...more] = driftOf({ tier: TIER }, after, CDC);
  assert.deepEqual(more, []);
  assert.equal(drift?.kind, "tier_changed");
  assert.match(drift.what, /runs on S0 \(Standard\); it ran on S3/);
  assert.match(drift.consequence, /no change data capture, so backups by backup_set\.orders fail/);
  assert.match(driftOf({ tier: TIER }, after)[0]?.consequence ?? "", /as good as before/);
});

test("a tier that holds less than the newest full read says that a restore has no room", () => {
  const small = { tier: { ...TIER, objective: "Basic", maxBytes: 2 * 1024 ** 3 } };
  const [drift] = driftOf({ tier: TIER }, small, { points: { bytesRead: 3 * 1024 ** 3 } });
  assert.match(drift?.consequence ?? "", /It may hold 2\S* GiB, and its newest full read 3\S* GiB/);
});

test("a database that goes into a pool takes its copies along, and comes back by its own command", () => {
  const pooled = { ...TIER, objective: "ElasticPool", pool: "cheap" };
  const rule: Around = { rule: { method: "isolated_copy" } };
  const [into] = driftOf({ tier: TIER }, { tier: pooled }, rule);
  assert.match(into?.what ?? "", /runs in the elastic pool cheap/);
  assert.match(into?.consequence ?? "", /made in the pool/);
  const [out] = driftOf({ tier: pooled }, { tier: TIER }, rule);
  assert.match(out?.consequence ?? "", /Azure bills each for itself/);
  assert.match(out?.repair.commands.at(-1)?.text ?? "", /--elastic-pool cheap$/);
});

test("changes that were cleaned up before a backup took them are drift; capture that goes on is none", () => {
  assert.deepEqual(driftOf({}, { capture: captured() }, CDC), []);
  const [lost, ...more] = driftOf(
    {},
    { capture: captured({ oldest: "00000028000000010001" }) },
    CDC,
  );
  assert.deepEqual(more, []);
  assert.equal(lost?.kind, "cdc_changes_lost");
  assert.match(lost.consequence, /becomes a full/);
});

test("capture that cannot be enabled again fails, and brings the T-SQL that lets the login in", () => {
  const remedy = "ALTER SERVER ROLE [sysadmin] ADD MEMBER [backup];";
  const capture = {
    state: { enabled: false, mayEnable: false },
    isRelied: true,
    isCut: false,
    remedy,
  } as const;
  const [drift] = driftOf({}, { capture }, CDC);
  assert.match(drift?.consequence ?? "", /may not enable it, so every backup/);
  assert.equal(drift?.repair.commands[0]?.text, remedy);
});

test("a copy under way is neither drift nor a new database; one that expired is told once", () => {
  const copy = {
    run: "0".repeat(32),
    backupSet: formatAddress("backup_set", "orders"),
    expires: "2026-01-01T00:00:00Z",
    isLeftOver: false,
  };
  const nothing = { ...factsWith({}), databases: [] };
  const kinds = (before: ObservedFacts, said: Said) => {
    const after = { status: "observed", facts: factsWith(said), further: further(said) } as const;
    return compare({ before, after }).drift.map(({ kind }) => kind);
  };
  assert.deepEqual(kinds(nothing, { copy }), []);
  const left = { ...copy, isLeftOver: true };
  assert.deepEqual(kinds(nothing, { copy: left }), ["copy_left_over"]);
  assert.deepEqual(kinds(factsWith({ copy }), { copy: left }), ["copy_left_over"]);
  assert.deepEqual(kinds(factsWith({ copy: left }), { copy: left }), []);
});

test("a database that is named as copies are is not told to be new where Azure was not asked", () => {
  const nothing = { ...factsWith({}), databases: [] };
  const newly = (name: string) => {
    const { databases, ...rest } = factsWith({});
    const facts = { ...rest, databases: databases.map((each) => ({ ...each, name })) };
    const after = { status: "observed", facts, further: undefined } as const;
    return compare({ before: nothing, after }).drift.length;
  };
  assert.equal(newly("Billing_holdfast_934e0dc1"), 0);
  assert.equal(newly("Billing"), 1);
});

test("what Azure does not say this time is kept as it was accepted, and what it says is read back", () => {
  const accepted = acceptedFacts(factsWith({}), factsWith({ tier: TIER, capture: captured() }));
  const { facts, ...written } = observationOf(SERVER, accepted, toInstant(0));
  const stored = JSON.parse(JSON.stringify(facts)) as JsonObject;
  assert.deepEqual(readObservation({ ...written, facts: stored }), accepted);
  assert.deepEqual(
    accepted.databases.map(({ tier, capture }) => [tier, capture?.identity]),
    [[TIER, "first"]],
  );
});
