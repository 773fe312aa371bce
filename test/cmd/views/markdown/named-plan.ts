import type { Address } from "../../../../core/address/address.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../../core/plan/build-plan.ts";
import type { Plan, ResourceChange } from "../../../../core/plan/plan.ts";
import type { PointCounts, RecoveryPointChange } from "../../../../core/plan/points/outlook.ts";

const AT = toInstant(Date.parse("2017-02-13T11:00:00-08:00"));
const NONE: PointCounts = { purge: 0, pin: 0, expiry: 0, return: 0, orphan: 0, strand: 0 };

export interface PlanWishes {
  /** Stands wherever a plan holds a text that others wrote. */
  readonly name: string;
  /** How many objects are changed, how many points are purged, how many warnings there are. */
  readonly count: number;
}

/** A plan that has something of everything. Its sensitive values are `hunter2`. */
export function planNamed({ name, count }: PlanWishes): Plan {
  const address = name as Address;
  const numbers = Array.from({ length: count }, (_, index) => index);
  return {
    createdAt: AT,
    catalog: { lineage: "00000000-0000-0000-0000-000000000000", serial: 14 },
    options: DEFAULT_PLAN_OPTIONS,
    changes: numbers.flatMap((index) => changesOf(name, index)),
    databaseRenames: [{ server: address, from: name, to: name, points: 1 }],
    coverage: [
      {
        backupSet: address,
        server: address,
        observed: true,
        protection: "partly",
        databases: [
          {
            name,
            state: "online",
            recoveryModel: "full",
            snapshotIsolation: "on",
            protection: "unprotected",
            newestPointAt: null,
          },
        ],
      },
    ],
    recoveryPointChanges: numbers.flatMap((index) => pointsOf(address, index)),
    points: {
      grace: 604_800_000,
      noReturnAfter: toInstant(AT + 604_800_000),
      counts: { ...NONE, purge: count, pin: count },
      databases: [
        {
          backupSet: address,
          server: address,
          database: name,
          timezone: "UTC",
          counts: { ...NONE, purge: count, pin: count },
          deadLogs: 1,
          sooner: 0,
          kept: 3,
          overdue: 0,
          purgedBytes: 100,
          purgedTypes: [],
          purgedFrom: null,
          purgedTo: null,
          expiries: [],
          expireLater: 0,
        },
      ],
      coverage: [
        {
          server: address,
          database: name,
          lost: { spans: [{ from: AT, to: AT }], count: 2 },
          gained: { spans: [], count: 0 },
          oldestAfter: AT,
          newestAfter: AT,
        },
      ],
      vaults: [{ vault: address, purges: 1, freedBytes: 2 ** 31, overdueBytes: 0, unknown: null }],
      storageGibMonth: 0.02,
    },
    drift: [
      {
        kind: "database_renamed",
        server: address,
        database: name,
        backupSets: [address],
        what: name,
        consequence: name,
        repair: { advice: name, commands: [{ language: "sql", text: name }] },
        before: null,
        after: null,
      },
    ],
    observations: [],
    outputs: [
      { name: "plain", value: name, sensitive: false },
      { name: "hidden", value: "hunter2", sensitive: true },
    ],
    checks: [{ address: name, status: "fail", failures: [name] }],
    summary: { add: count, change: 0, destroy: count, forget: 0, import: 0 },
    diagnostics: numbers.map(() => ({
      severity: "warning",
      code: "DATABASE_NOT_READY",
      summary: "Database is not online",
      detail: name,
      address: name,
    })),
    observedDigest: null,
  };
}

const CHANGE = {
  previousAddress: null,
  changed: [],
  replaceReasons: [],
  preventDestroy: false,
  createBeforeDestroy: false,
  dependsOn: [],
  runFull: false,
} as const;

function changesOf(name: string, index: number): readonly ResourceChange[] {
  const attributes = { type: "sql_password", username: name, password_env: "hunter2" };
  const sensitive = [["password_env"]];
  const object = { ...CHANGE, type: "credential", name, sensitive, sensitiveAfter: sensitive };
  const address = `${name}${index}` as Address;
  return [
    { ...object, address, action: "create", before: null, after: attributes },
    { ...object, address, action: "delete", before: attributes, after: null },
  ];
}

function pointsOf(address: Address, index: number): readonly RecoveryPointChange[] {
  const point = {
    id: index.toString(16).padStart(32, "0"),
    backupSet: address,
    server: address,
    vault: address,
    database: address,
    type: "full",
    createdAt: AT,
    expiresBefore: AT,
    expiresAfter: AT,
    isNewest: false,
    bytesStored: 1024,
  } as const;
  return [
    { ...point, change: "purge", reason: "expired", pinnedBy: [] },
    {
      ...point,
      change: "pin",
      reason: null,
      pinnedBy: [{ by: "dependency", points: [address], count: 1 }],
    },
  ];
}
