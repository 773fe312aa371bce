import type { BackupShortTermRetentionPolicy, LongTermRetentionPolicy } from "@azure/arm-sql";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import type { AzureDatabasePlace, AzureRetention } from "../../../core/resource/azure-sql.ts";
import {
  isSameLongTerm,
  isSameRetention,
  withoutNothing,
} from "../../../core/resource/same-retention.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { ArmClient } from "./arm-client.ts";
import type { ArmAttempt, RawAnswer } from "./arm-failure.ts";
import { sent } from "./discover-servers.ts";
import { databaseIdOf } from "./resource-ids.ts";

/** The only name that either policy has. */
const POLICY = "default";

export async function readRetention(
  arm: ArmClient,
  place: AzureDatabasePlace,
  options: Abortable,
): Promise<AzureRetention> {
  const policies = policiesOf(arm, place);
  const attempt = attemptOf(place, "read");
  const readShort = () => policies.shortTerm.get(...pathOf(place), sent(options));
  const readLong = () => policies.longTerm.get(...pathOf(place), sent(options));
  const [shortTerm, longTerm] = await Promise.all([
    arm.repeated(attempt, readShort, options),
    arm.repeated(attempt, readLong, options),
  ]);
  const { weeklyRetention, monthlyRetention, yearlyRetention, weekOfYear } = longTerm;
  const yearly = withoutNothing(yearlyRetention);
  return {
    shortTerm: {
      days: shortTerm.retentionDays ?? 0,
      differentialHours: shortTerm.diffBackupIntervalInHours ?? null,
    },
    longTerm: {
      weekly: withoutNothing(weeklyRetention),
      monthly: withoutNothing(monthlyRetention),
      yearly,
      weekOfYear: yearly === null ? null : (weekOfYear ?? null),
    },
  };
}

/** Asks once for each policy that differs, then looks until both hold: the SDK's polling has no end of its own. */
export async function setRetention(
  arm: ArmClient,
  { place, wanted }: { readonly place: AzureDatabasePlace; readonly wanted: AzureRetention },
  options: Abortable,
): Promise<void> {
  const now = await readRetention(arm, place, options);
  if (isSameRetention(now, wanted)) return;
  const attempt = attemptOf(place, "set");
  const { shortTerm, longTerm } = wanted;
  if (
    now.shortTerm.days !== shortTerm.days ||
    now.shortTerm.differentialHours !== shortTerm.differentialHours
  ) {
    await arm.repeated(attempt, () => writeShortTerm(arm, { place, wanted }, options), options);
  }
  if (!isSameLongTerm(now.longTerm, longTerm)) {
    await arm.repeated(attempt, () => writeLongTerm(arm, { place, wanted }, options), options);
  }
  const settle = async () => {
    if (!isSameRetention(await readRetention(arm, place, options), wanted)) throw unfinished(place);
  };
  await arm.repeated(attempt, settle, options);
}

/** What the SDK offers for one kind of policy, whatever it belongs to. */
interface PolicyOperations<Policy> {
  get(...path: readonly [...PolicyPath, ReturnType<typeof sent>]): Promise<Policy>;
  beginCreateOrUpdate(...path: readonly [...PolicyPath, Policy, GivenOptions]): Promise<unknown>;
}

type PolicyPath = readonly [
  resourceGroup: string,
  server: string,
  database: string,
  policy: typeof POLICY,
];

interface Policies {
  /** Managed instances have no interval of differential backups. */
  readonly shortTerm: PolicyOperations<
    Pick<BackupShortTermRetentionPolicy, "retentionDays" | "diffBackupIntervalInHours">
  >;
  readonly longTerm: PolicyOperations<LongTermRetentionPolicy>;
}

/** Logical servers and managed instances have operations of their own. */
function policiesOf(arm: ArmClient, { kind, subscriptionId }: AzureDatabasePlace): Policies {
  const client = arm.of(subscriptionId);
  return kind === "azure_sql"
    ? {
        shortTerm: client.backupShortTermRetentionPolicies,
        longTerm: client.longTermRetentionPolicies,
      }
    : {
        shortTerm: client.managedBackupShortTermRetentionPolicies,
        longTerm: client.managedInstanceLongTermRetentionPolicies,
      };
}

function pathOf({ resourceGroup, server, database }: AzureDatabasePlace): PolicyPath {
  return [resourceGroup, server, database, POLICY];
}

interface Setting {
  readonly place: AzureDatabasePlace;
  readonly wanted: AzureRetention;
}

async function writeShortTerm(
  arm: ArmClient,
  { place, wanted }: Setting,
  options: Abortable,
): Promise<void> {
  const { shortTerm: policies } = policiesOf(arm, place);
  const { days, differentialHours } = wanted.shortTerm;
  const body = {
    retentionDays: days,
    ...(differentialHours === null ? {} : { diffBackupIntervalInHours: differentialHours }),
  };
  await unlessTaken(options, (given) =>
    policies.beginCreateOrUpdate(...pathOf(place), body, given),
  );
}

async function writeLongTerm(
  arm: ArmClient,
  { place, wanted }: Setting,
  options: Abortable,
): Promise<void> {
  const { longTerm: policies } = policiesOf(arm, place);
  const { weekly, monthly, yearly, weekOfYear } = wanted.longTerm;
  const body = {
    weeklyRetention: weekly ?? "PT0S",
    monthlyRetention: monthly ?? "PT0S",
    yearlyRetention: yearly ?? "PT0S",
    ...(weekOfYear === null ? {} : { weekOfYear }),
  };
  await unlessTaken(options, (given) =>
    policies.beginCreateOrUpdate(...pathOf(place), body, given),
  );
}

interface GivenOptions {
  readonly abortSignal?: AbortSignal;
  readonly onResponse: (answer: RawAnswer) => void;
}

/** A look at the operation that fails after Azure took the request is no failure of the request. */
async function unlessTaken(
  options: Abortable,
  begin: (given: GivenOptions) => Promise<unknown>,
): Promise<void> {
  let first: RawAnswer | undefined;
  const onResponse = (answer: RawAnswer) => {
    first ??= answer;
  };
  try {
    await begin({ ...sent(options), onResponse });
  } catch (error) {
    if (first === undefined || first.status >= 300) throw error;
  }
}

function attemptOf(place: AzureDatabasePlace, verb: "read" | "set"): ArmAttempt {
  const writes =
    place.kind === "azure_sql" ? "SQL DB Contributor" : "SQL Managed Instance Contributor";
  return {
    what: `${verb} how long Azure keeps its own backups of ${place.database} of ${place.server}`,
    scope: databaseIdOf(place),
    role: verb === "read" ? "Reader" : writes,
  };
}

function unfinished({ server, database }: AzureDatabasePlace) {
  return failure({
    code: "AZURE_OPERATION_UNFINISHED",
    summary: "Azure not done yet",
    detail: `Azure took the new retention of ${database} of ${server}, and does not show it yet. Run the command again: nothing is asked for twice.`,
  });
}
