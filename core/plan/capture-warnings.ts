import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { profileOf } from "../policy/chain/cdc-profile.ts";
import { cdcViolations } from "../policy/chain/cdc-settings.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import { hasChangeCapture } from "../resource/azure-tier.ts";
import type { DatabaseFacts, DatabaseService } from "../resource/database-server.ts";
import type { ObservedServer } from "./observed.ts";

const MANY = 5;

const CAPTURE_CODES = [
  "CDC_PERMISSION_MISSING",
  "CDC_WILL_BE_ENABLED",
  "CDC_ENABLE_FAILED",
  "CDC_SETTINGS_WRONG",
] as const;

interface CaptureFacts {
  readonly set: ResourceAttributes<"backup_set">;
  readonly policy: ResourceAttributes<"policy">;
  readonly server: ObservedServer | undefined;
  /** Whether drift says the same of a database. */
  readonly isTold: (code: Code, database: string) => boolean;
}

type Warning = Pick<Diagnostic, "code" | "summary" | "detail">;
type Seen = Extract<ObservedServer, { status: "observed" }>;

function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

function listOf(databases: readonly { readonly name: string }[]): string {
  const names = databases.map(({ name }) => quoteName(name));
  const shown = names.slice(0, MANY).join(", ");
  return names.length > MANY ? `${shown} and ${names.length - MANY} more` : shown;
}

/** By what Azure said of its tier, else the server; where neither told, the first backup finds out. */
function isBelowCapture({ further }: Seen, { name, service }: DatabaseFacts): boolean {
  const tier = further?.azure?.databases.get(name)?.tier;
  if (tier === undefined) return service !== undefined && isServiceBelowCapture(service);
  const known = { name: tier.name ?? "", tier: tier.tier, capacity: null, family: null };
  const { objective, pool } = tier;
  return hasChangeCapture({ kind: "azure_sql" }, { tier: known, objective, pool }) === false;
}

function isServiceBelowCapture({ edition, objective, pool }: DatabaseService): boolean {
  const tier = { name: objective, tier: edition, capacity: null, family: null };
  return hasChangeCapture({ kind: "azure_sql" }, { tier, objective, pool }) === false;
}

/** What the first backups by the method cdc do to databases without change data capture, or cannot do; and what a person set otherwise. */
export function captureWarnings(facts: CaptureFacts): readonly Warning[] {
  const { set, policy, server, isTold } = facts;
  if (policy.method !== "cdc" || server?.status !== "observed") return [];
  const covered = selectDatabases(server.databases, set.databases)
    .filter(({ isSystem, state }) => !isSystem && state === "online")
    .filter(({ name }) => server.further?.unfinished?.has(name) !== true)
    .filter(({ name }) => !CAPTURE_CODES.some((code) => isTold(code, name)));
  const without = covered.filter(({ capturesChanges }) => capturesChanges === false);
  const { low = [], able = [] } = Object.groupBy(without, (database) =>
    isBelowCapture(server, database) ? "low" : "able",
  );
  return [
    ...(low.length === 0 ? [] : [tierTooLow(facts, listOf(low))]),
    ...(able.length === 0 ? [] : [captureOff(facts, server, listOf(able))]),
    ...covered.flatMap(({ name }) => setOtherwise(facts, server, name)),
  ];
}

function tierTooLow({ set, policy }: CaptureFacts, names: string): Warning {
  return {
    code: "CDC_ENABLE_FAILED",
    summary: "The service tier has no change data capture",
    detail: `The policy ${set.policy} takes backups by the method ${policy.method}, and ${names} of ${set.server} stand on a tier below S3, which has no change data capture: every backup of them will fail. Move them to S3 or higher or to a vCore tier, or cover them by a policy with method = "snapshot" or "isolated_copy".`,
  };
}

/** Of a database without points; drift tells it of others. */
function setOtherwise({ set, policy }: CaptureFacts, { further }: Seen, name: string): Warning[] {
  const capture = further?.captures.get(name);
  const profile = profileOf(policy);
  if (capture === undefined || capture.isRelied || profile === undefined) return [];
  const { state, remedy } = capture;
  if (!state.enabled || remedy === null || cdcViolations(state.settings, profile).length === 0)
    return [];
  return [
    {
      code: "CDC_SETTINGS_WRONG",
      summary: "Change data capture is not set as the policy wants it",
      detail: `Change data capture is on in ${quoteName(name)} of ${set.server}, and not as cdc_profile of ${set.policy} wants it. Holdfast never changes what a person enabled, so every backup will skip the database. Change cdc_profile, or run this on the server:\n\n    ${remedy.replaceAll("\n", "\n    ")}`,
    },
  ];
}

function captureOff({ set, policy }: CaptureFacts, { facts }: Seen, names: string): Warning {
  const off = `Change data capture is off in ${names} of ${set.server}, and the policy ${set.policy} takes backups by it.`;
  if (facts.isSysadmin === false) {
    return {
      code: "CDC_PERMISSION_MISSING",
      summary: "Change data capture is off, and may not be enabled",
      detail: `${off} Only members of sysadmin may enable it, and the login ${facts.login} is none, so every backup of them will fail. Add the login to the role, or let somebody enable capture in each database and for all of its tables:\n\n    EXEC sys.sp_cdc_enable_db;`,
    };
  }
  return {
    code: "CDC_WILL_BE_ENABLED",
    summary: "Change data capture will be enabled",
    detail: `${off} Their first backup enables it, for each database and all of its tables: from then on the server writes every change to a change table, too, and keeps it for ${policy.cdc?.cdc_profile.retention ?? "3d"}. To decide about it yourself, enable it beforehand: Holdfast never changes what a person enabled.`,
  };
}
