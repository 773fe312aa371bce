import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { JobRecord } from "../../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { listingOf } from "../../../core/operations/list-points.ts";
import {
  type FigureFacts,
  protectionFigures,
} from "../../../core/operations/protection-figures.ts";
import { answer, database, point as pointOf, SERVER } from "../drift/drift-world.ts";

const AT = toInstant(Date.UTC(2017, 1, 11, 12));
const HOUR = 3600;
const VAULT = {
  address: formatAddress("vault", "main"),
  type: "vault",
  attributes: {
    storage: { type: "local", path: "v" },
    tiers: { warm_days: 90, cold: "none", hot: null },
  },
  dependsOn: [],
  appliedAt: AT,
};

function point(
  name: string,
  facts: Partial<RecoveryPoint> & { readonly hoursAgo: number },
): RecoveryPoint {
  const { hoursAgo, ...rest } = facts;
  const createdAt = toInstant(AT - hoursAgo * HOUR * 1000);
  const startedAt = toInstant(createdAt - 60_000);
  return {
    ...pointOf(name, `${name}-${hoursAgo}`),
    createdAt,
    startedAt,
    bytesRead: 6000,
    ...rest,
  };
}

function restore(subject: string, seconds: number, facts: Partial<JobRecord> = {}): JobRecord {
  const finishedAt = toInstant(AT - 10_000);
  return {
    id: `restore ${subject} ${seconds}`,
    operation: "restore",
    subject,
    type: null,
    trigger: "manual",
    status: "successful",
    queuedAt: finishedAt,
    startedAt: toInstant(finishedAt - seconds * 1000),
    finishedAt,
    worker: null,
    cancelRequested: false,
    bandwidth: "unlimited",
    bytesRead: 6000,
    bytesStored: 0,
    databases: [],
    ...facts,
  };
}

interface Given extends Partial<FigureFacts> {
  readonly include?: readonly string[];
  readonly known?: readonly string[];
}

function figures({ points = [], include = ["*"], known, ...facts }: Given) {
  const accepted =
    known && answer(known.map((name, index) => database(name, { databaseId: index + 5 })));
  const listing = listingOf(
    { objects: [VAULT], points },
    { at: AT, backupSets: [], isWanted: () => true },
  );
  return protectionFigures({
    listing,
    points,
    sets: [{ server: SERVER, selection: { include, exclude: [], system: false } }],
    accepted: new Map(accepted === undefined ? [] : [[SERVER, accepted]]),
    jobs: [],
    storageGibMonth: null,
    at: AT,
    ...facts,
  });
}

test("the figures of all are those of the worst database", () => {
  const points = [
    point("shop", { hoursAgo: 30 }),
    point("shop", { hoursAgo: 2 }),
    point("web", { hoursAgo: 5 }),
  ];
  const {
    rpo,
    history,
    protected_share: share,
    unprotected,
  } = figures({ points, known: ["shop", "web"] });
  assert.deepEqual(
    { rpo, history, share, unprotected },
    {
      rpo: 5 * HOUR,
      history: 5 * HOUR,
      share: 1,
      unprotected: [],
    },
  );
});

test("no number stands for what is not protected", () => {
  const points = [point("shop", { hoursAgo: 2 })];
  const {
    rpo,
    rto,
    history,
    protected_share: share,
    unprotected,
  } = figures({
    points,
    known: ["shop", "web"],
  });
  assert.deepEqual(
    { rpo, rto, history, share, unprotected },
    {
      rpo: null,
      rto: null,
      history: null,
      share: 0.5,
      unprotected: ["web"],
    },
  );
});

test("of a server that nobody accepted yet, what has points and what is named counts", () => {
  const points = [point("shop", { hoursAgo: 2 })];
  assert.equal(figures({ points })["rpo"], 2 * HOUR);
  assert.deepEqual(figures({ points, include: ["shop", "named"] })["unprotected"], ["named"]);
  assert.deepEqual([figures({})["rpo"], figures({})["protected_share"]], [null, null]);
});

test("a database that is gone counts no more", () => {
  const points = [point("shop", { hoursAgo: 2 }), point("gone", { hoursAgo: 900 })];
  assert.equal(figures({ points, known: ["shop"] })["rpo"], 2 * HOUR);
});

test("a restore is estimated by how long the backups took, and once there was one, by the slowest restore", () => {
  const points = [
    point("shop", { hoursAgo: 2 }),
    point("shop", { hoursAgo: 1, type: "differential", base: "shop-2", bytesRead: 3000 }),
  ];
  const known = ["shop"];
  assert.equal(figures({ points, known })["rto"], 120);
  const jobs = [
    restore("shop-2", 30),
    restore("shop-2", 60),
    restore("shop-2", 6, { status: "failed" }),
  ];
  assert.equal(figures({ points, known, jobs })["rto"], 90);
  assert.equal(figures({ points, known, jobs: [restore("another", 6000)] })["rto"], 120);
});

test("the last restore is one that succeeded, of one of these points", () => {
  const points = [point("shop", { hoursAgo: 2 })];
  const age = (jobs: readonly JobRecord[]) => figures({ points, jobs })["restore_age"];
  assert.equal(age([restore("shop-2", 5)]), 10);
  assert.equal(age([restore("shop-2", 5, { status: "failed" }), restore("other", 5)]), null);
});

test("bytes that wait to be purged cost too, and without a price nothing is said", () => {
  const points = [
    point("shop", { hoursAgo: 2, bytesStored: 2 ** 30 }),
    point("shop", { hoursAgo: 40, bytesStored: 2 ** 30, state: "tombstoned" }),
    point("shop", { hoursAgo: 50, bytesStored: 2 ** 30, state: "purged" }),
  ];
  assert.equal(figures({ points, storageGibMonth: 0.02 })["monthly_cost"], 0.04);
  assert.equal(figures({ points })["monthly_cost"], null);
});
