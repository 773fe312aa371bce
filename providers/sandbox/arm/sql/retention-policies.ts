import type { StoredDatabase } from "../../storage/stored-database.ts";
import { invalidRequest } from "../arm-errors.ts";
import { type LongTermPolicy, type ShortTermPolicy } from "../azure-world.ts";
import { type ArmReply, ok } from "../exchange.ts";
import { type JsonBody, readBody } from "../json-body.ts";
import { pageOf } from "../paging.ts";
import type { ArmCall, Route } from "../route.ts";
import { databaseIdOf, HOST_TYPES, type SqlHost } from "../sql-host.ts";
import { requireDatabase, requireParent } from "./find-resource.ts";
import { INSTANCE_DATABASE } from "./managed-instances.ts";
import { DATABASE } from "./read-databases.ts";
import { startOperation } from "./start-operation.ts";

/** Days that backups for a point in time may be kept: up to 35, of the Basic tier up to 7 (learn.microsoft.com: azure-sql/database/automated-backups-overview). */
const MOST_DAYS = 35;
const MOST_BASIC_DAYS = 7;
const LAST_WEEK = 52;
const DURATION = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

interface Kept {
  readonly host: SqlHost;
  readonly database: StoredDatabase;
}

interface PolicyKind<Policy> {
  /** `backupShortTermRetentionPolicies`. */
  readonly type: string;
  read(call: ArmCall, database: StoredDatabase): Policy;
  /** Throws 400 for what the service does not take. */
  parse(properties: JsonBody, kept: Kept, before: Policy): Policy;
  write(call: ArmCall, database: StoredDatabase, policy: Policy): void;
}

/** learn.microsoft.com: rest/api/sql/backup-short-term-retention-policies. */
const SHORT_TERM: PolicyKind<ShortTermPolicy> = {
  type: "backupShortTermRetentionPolicies",
  read: ({ world }, database) => world.recordOf(database).shortTerm,
  parse(properties, { database }, before) {
    const retentionDays = properties.number("retentionDays") ?? before.retentionDays;
    const most = database.options.service?.edition === "Basic" ? MOST_BASIC_DAYS : MOST_DAYS;
    if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > most) {
      throw invalidRequest(
        "InvalidBackupRetentionPeriod",
        `The retention days of ${retentionDays} is not a valid configuration. Valid backup retention in days must be between 1 and ${most}`,
      );
    }
    const diffBackupIntervalInHours =
      properties.number("diffBackupIntervalInHours") ?? before.diffBackupIntervalInHours;
    if (diffBackupIntervalInHours !== 12 && diffBackupIntervalInHours !== 24) {
      throw invalidRequest(
        "InvalidParameterValue",
        `The differential backup interval of ${diffBackupIntervalInHours} hours is not valid. Valid values are 12 and 24.`,
      );
    }
    return { retentionDays, diffBackupIntervalInHours };
  },
  write: ({ world }, database, policy) => {
    world.recordOf(database).shortTerm = policy;
  },
};

/** What is not said is off: PT0S (learn.microsoft.com: rest/api/sql/long-term-retention-policies). */
const LONG_TERM: PolicyKind<LongTermPolicy> = {
  type: "backupLongTermRetentionPolicies",
  read: ({ world }, database) => world.recordOf(database).longTerm,
  parse(properties) {
    const duration = (name: string): string => {
      const text = properties.text(name) ?? "PT0S";
      if (DURATION.test(text)) return text;
      throw invalidRequest(
        "LongTermRetentionPolicyInvalid",
        `Long Term Retention policy is invalid: '${text}' is no duration of ISO 8601.`,
      );
    };
    const yearlyRetention = duration("yearlyRetention");
    const weekOfYear = properties.number("weekOfYear") ?? 0;
    const isWeek = Number.isInteger(weekOfYear) && weekOfYear >= 1 && weekOfYear <= LAST_WEEK;
    if (yearlyRetention !== "PT0S" && !isWeek) {
      throw invalidRequest(
        "LongTermRetentionMissingWeekOfYear",
        `WeekOfYear is required to be set between 1 and ${LAST_WEEK} in order to set yearly retention.`,
      );
    }
    return {
      weeklyRetention: duration("weeklyRetention"),
      monthlyRetention: duration("monthlyRetention"),
      yearlyRetention,
      weekOfYear,
    };
  },
  write: ({ world }, database, policy) => {
    world.recordOf(database).longTerm = policy;
  },
};

function routesOf<Policy>(kind: PolicyKind<Policy>, hostKind: SqlHost["kind"]): readonly Route[] {
  const database = hostKind === "server" ? DATABASE : INSTANCE_DATABASE;
  const type = `${HOST_TYPES[hostKind]}/databases/${kind.type}`;
  const find = (call: ArmCall): Kept => {
    const host = requireParent(hostKind, call);
    return { host, database: requireDatabase(host, call) };
  };
  const describe = (call: ArmCall, kept: Kept): unknown => ({
    id: `${databaseIdOf(kept.host, kept.database.options.name)}/${kind.type}/default`,
    name: "default",
    type,
    properties: kind.read(call, kept.database),
  });
  const set = (call: ArmCall): ArmReply => {
    const kept = find(call);
    const properties = readBody(call.request).part("properties");
    const policy = kind.parse(properties, kept, kind.read(call, kept.database));
    kind.write(call, kept.database, policy);
    return startOperation(
      { call, host: kept.host, name: "UpsertDatabaseBackupRetentionPolicy" },
      () => ({ status: "Succeeded" }),
      () => ok(describe(call, kept)),
    );
  };
  const one = `${database}/${kind.type}/default`;
  return [
    {
      method: "GET",
      pattern: one,
      action: `${type}/read`,
      handle: (call) => ok(describe(call, find(call))),
    },
    {
      method: "GET",
      pattern: `${database}/${kind.type}`,
      action: `${type}/read`,
      handle: (call) => pageOf([describe(call, find(call))], call),
    },
    { method: "PUT", pattern: one, action: `${type}/write`, handle: set },
    { method: "PATCH", pattern: one, action: `${type}/write`, handle: set },
  ];
}

export const RETENTION_ROUTES: readonly Route[] = [
  ...routesOf(SHORT_TERM, "server"),
  ...routesOf(LONG_TERM, "server"),
  ...routesOf(SHORT_TERM, "managed_instance"),
  ...routesOf(LONG_TERM, "managed_instance"),
];
