import * as z from "zod/mini";
import type { Brand } from "../core/kit/brand.ts";
import { databaseState } from "./database-state.ts";

const NAME = "[A-Za-z_][A-Za-z0-9_-]*";
const KEY = String.raw`\[(?:\d+|"(?:[^"\\]|\\.)*")\]`;
const ADDRESS = new RegExp(
  `^(?:module\\.${NAME}(?:${KEY})?\\.)*[a-z_]+\\.${NAME}(?:${KEY})?$`,
  "s",
);
const address = z.custom<Brand<string, "Address">>(
  (value) => typeof value === "string" && ADDRESS.test(value),
);
const instant = z.custom<Brand<number, "Instant">>((value) => Number.isSafeInteger(value));
const count = z.int().check(z.nonnegative());
const path = z.array(z.string());
const attributes = z.record(z.string(), z.json());

const position = z.strictObject({ line: count, column: count, byte: count });
const range = z.strictObject({ filename: z.string(), start: position, end: position });

const diagnostic = z.strictObject({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  summary: z.string(),
  detail: z.string(),
  address: z.optional(z.string()),
  subject: z.optional(range),
  context: z.optional(range),
  values: z.optional(z.array(z.strictObject({ reference: z.string(), statement: z.string() }))),
});

const change = z.strictObject({
  address,
  previousAddress: z.nullable(address),
  type: z.string(),
  name: z.string(),
  action: z.enum(["no-op", "create", "update", "replace", "delete", "forget", "import"]),
  before: z.nullable(attributes),
  after: z.nullable(attributes),
  changed: z.array(path),
  replaceReasons: z.array(z.strictObject({ path, why: z.string() })),
  sensitive: z.array(path),
  sensitiveAfter: z.array(path),
  preventDestroy: z.boolean(),
  wasProtected: z.optional(z.boolean()),
  createBeforeDestroy: z.boolean(),
  dependsOn: z.array(address),
  runFull: z.boolean(),
  importing: z.optional(
    z.strictObject({
      id: z.string(),
      found: z.string(),
      points: count,
      renames: z.array(z.tuple([address, address])),
    }),
  ),
  retention: z.optional(
    z.strictObject({
      shortTerm: z.strictObject({ days: z.number(), differentialHours: z.nullable(z.number()) }),
      longTerm: z.strictObject({
        weekly: z.nullable(z.string()),
        monthly: z.nullable(z.string()),
        yearly: z.nullable(z.string()),
        weekOfYear: z.nullable(z.number()),
      }),
    }),
  ),
  captures: z.optional(
    z.array(z.strictObject({ server: address, database: z.string(), identity: z.string() })),
  ),
});

const database = z.strictObject({
  name: z.string(),
  state: databaseState,
  recoveryModel: z.enum(["full", "bulk_logged", "simple"]),
  snapshotIsolation: z.enum(["on", "off", "in_transition"]),
  protection: z.enum(["protected", "unprotected"]),
  newestPointAt: z.nullable(instant),
  unfinished: z.optional(z.strictObject({ job: z.nullable(z.string()), isOver: z.boolean() })),
});

const coverage = z.strictObject({
  backupSet: address,
  server: address,
  observed: z.boolean(),
  protection: z.enum(["protected", "partly", "unprotected", "unknown"]),
  databases: z.array(database),
});

const drift = z.strictObject({
  kind: z.string(),
  server: address,
  database: z.nullable(z.string()),
  backupSets: z.array(address),
  what: z.string(),
  consequence: z.string(),
  repair: z.strictObject({
    advice: z.string(),
    commands: z.array(
      z.strictObject({ language: z.enum(["sql", "shell", "hcl"]), text: z.string() }),
    ),
  }),
  before: z.nullable(attributes),
  after: z.nullable(attributes),
});

const pin = z.strictObject({
  by: z.enum(["dependency", "newest", "legal_hold", "frozen", "store_date", "floor", "backup"]),
  points: z.array(z.string()),
  count,
});

const pointType = z.enum(["full", "differential", "log", "cdc", "tail"]);

const pointChange = z.strictObject({
  id: z.string(),
  backupSet: address,
  server: z.nullable(address),
  vault: z.nullable(address),
  database: z.string(),
  type: pointType,
  createdAt: z.nullable(instant),
  change: z.enum(["purge", "pin", "expiry", "return", "orphan", "strand"]),
  reason: z.nullable(z.enum(["expired", "dead_log", "removed"])),
  pinnedBy: z.array(pin),
  expiresBefore: z.nullable(instant),
  expiresAfter: z.nullable(instant),
  isNewest: z.boolean(),
  bytesStored: count,
});

const pointCounts = z.strictObject({
  purge: count,
  pin: count,
  expiry: count,
  return: count,
  orphan: count,
  strand: count,
});

const spans = z.strictObject({
  spans: z.array(z.strictObject({ from: instant, to: instant })),
  count,
});

const pointsOutlook = z.strictObject({
  grace: z.number().check(z.nonnegative()),
  noReturnAfter: z.nullable(instant),
  counts: pointCounts,
  databases: z.array(
    z.strictObject({
      backupSet: address,
      server: address,
      database: z.string(),
      timezone: z.string(),
      counts: pointCounts,
      deadLogs: count,
      sooner: count,
      kept: count,
      overdue: count,
      purgedBytes: count,
      purgedTypes: z.array(z.strictObject({ type: pointType, points: count })),
      purgedFrom: z.nullable(instant),
      purgedTo: z.nullable(instant),
      expiries: z.array(z.strictObject({ at: instant, points: count })),
      expireLater: count,
    }),
  ),
  coverage: z.array(
    z.strictObject({
      server: address,
      database: z.string(),
      lost: spans,
      gained: spans,
      oldestAfter: z.nullable(instant),
      newestAfter: z.nullable(instant),
    }),
  ),
  vaults: z.array(
    z.strictObject({
      vault: address,
      purges: count,
      freedBytes: z.nullable(z.int()),
      overdueBytes: z.nullable(z.int()),
      unknown: z.nullable(z.enum(["not_asked", "unreachable"])),
    }),
  ),
  storageGibMonth: z.nullable(z.number()),
});

/** What a plan file says; `core/plan/plan.ts` says what it means. */
export const planSchema = z.strictObject({
  createdAt: instant,
  catalog: z.strictObject({ lineage: z.string(), serial: count }),
  options: z.strictObject({
    destroy: z.boolean(),
    refresh: z.boolean(),
    targets: z.array(z.string()),
    exclude: z.array(z.string()),
    replace: z.array(address),
    refreshOnly: z.boolean(),
  }),
  changes: z.array(change),
  databaseRenames: z.array(
    z.strictObject({ server: address, from: z.string(), to: z.string(), points: count }),
  ),
  coverage: z.array(coverage),
  drift: z.array(drift),
  observations: z.array(z.strictObject({ server: address, at: instant, facts: attributes })),
  recoveryPointChanges: z.array(pointChange),
  points: pointsOutlook,
  relisted: z.optional(
    z.array(
      z.strictObject({
        id: z.string(),
        backupSet: address,
        server: address,
        database: z.string(),
        type: z.enum(["full", "differential", "log", "cdc", "tail"]),
        createdAt: z.nullable(instant),
        apply: z.string(),
      }),
    ),
  ),
  outputs: z.array(z.strictObject({ name: z.string(), value: z.json(), sensitive: z.boolean() })),
  checks: z.array(
    z.strictObject({
      address: z.string(),
      status: z.enum(["pass", "fail", "unknown"]),
      failures: z.array(z.string()),
    }),
  ),
  summary: z.strictObject({
    add: count,
    change: count,
    destroy: count,
    forget: count,
    import: count,
  }),
  diagnostics: z.array(diagnostic),
  observedDigest: z.nullable(z.string()),
});
