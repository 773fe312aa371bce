import { METHODS, SCHEDULED_TYPES } from "../../../schemas/blocks/methods.ts";
import { attributesOf, type ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import { type Diagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import { tryParseDuration } from "../../kit/duration.ts";
import type { JsonObject } from "../../kit/json.ts";
import { problem } from "../report.ts";
import { checkRetentionOfAzure } from "./azure-retention-rules.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";
import { checkServer } from "./server-rules.ts";
import { checkVault } from "./vault-rules.ts";

/** What arguments of one block have to do with each other. */
export function checkResource(resource: CheckedResource): readonly Diagnostic[] {
  const credential = attributesOf(resource, "credential");
  if (credential !== undefined) return checkCredential(credential, resource);
  const policy = attributesOf(resource, "policy");
  if (policy !== undefined) return checkPolicy(policy, resource);
  const server = attributesOf(resource, "server");
  if (server !== undefined) return checkServer(server, resource);
  const vault = attributesOf(resource, "vault");
  if (vault !== undefined) return checkVault(vault, resource);
  const kept = attributesOf(resource, "azure_retention");
  if (kept !== undefined) return checkRetentionOfAzure(kept, resource);
  const set = attributesOf(resource, "backup_set");
  return set === undefined ? [] : checkDatabases(set, resource);
}

type Credential = ResourceAttributes<"credential">;

const SECRETS = ["password_env", "password_file", "key_vault_secret"] as const;

/** What each type needs besides; `secret` stands for one of the places of a secret. */
const NEEDS: Readonly<Record<Credential["type"], readonly string[]>> = {
  sql_password: ["username", "secret"],
  entra_default: [],
  entra_service_principal: ["tenant_id", "client_id", "secret"],
  managed_identity: [],
  workload_identity: ["tenant_id", "client_id"],
  sas: ["secret"],
  account_key: ["username", "secret"],
};

function checkCredential(credential: Credential, resource: CheckedResource): readonly Diagnostic[] {
  const hasSecret = SECRETS.some((name) => credential[name] !== null);
  const attributes: JsonObject = resource.attributes;
  return NEEDS[credential.type]
    .filter((need) => (need === "secret" ? !hasSecret : attributes[need] === null))
    .map((need) => {
      const what =
        need === "secret"
          ? "a place of its secret: password_env, password_file or key_vault_secret"
          : `the argument "${need}"`;
      const detail = `A credential of type ${credential.type} needs ${what}.`;
      const subject = resource.range;
      return problem(
        { summary: "Missing required argument", detail, subject },
        "CONFIG_MISSING_ARGUMENT",
      );
    });
}

type Policy = ResourceAttributes<"policy">;

function checkPolicy(policy: Policy, resource: CheckedResource): readonly Diagnostic[] {
  const possible = new Set(Object.values(METHODS[policy.method]).flat());
  const types = SCHEDULED_TYPES.filter((type) => policy[type] !== null && !possible.has(type)).map(
    (type) =>
      problem({
        summary: "Method cannot run this type",
        detail: `The method ${policy.method} runs ${[...possible].join(", ")} backups only, so ${type} could never be run. Remove the block, or choose another method.`,
        subject: rangeOf(resource, type),
      }),
  );
  return [...types, ...checkTimes(policy, resource), ...checkConsistency(policy, resource)];
}

/** A full of the method cdc is fuzzy until the first changes after it are backed up. */
function checkConsistency(policy: Policy, resource: CheckedResource): readonly Diagnostic[] {
  if (policy.method !== "cdc" || policy.cdc !== null) return [];
  return [
    warningDiagnostic({
      code: "CONFIG_WEAK_PROTECTION",
      summary: "Fuzzy recovery points only",
      detail:
        'A full backup of the method cdc misses changes that are made while it runs; only a cdc backup after it makes a consistent recovery point. This policy schedules none. Add one:\n\n    cdc { every = "1h" }',
      address: resource.address,
      subject: rangeOf(resource, "method"),
    }),
  ];
}

const DAY = 86_400_000;

function checkTimes(policy: Policy, resource: CheckedResource): readonly Diagnostic[] {
  return TIME_RULES.filter(({ isBroken }) => isBroken(policy)).map(({ path, detail }) =>
    problem({ summary: "Invalid value", detail, subject: rangeOf(resource, path) }),
  );
}

/** Whether every time of the policy can be read as one. */
export function hasSoundTimes(policy: Policy): boolean {
  return !TIME_RULES.some(({ isBroken }) => isBroken(policy));
}

interface TimeRule {
  readonly path: string;
  readonly isBroken: (policy: Policy) => boolean;
  readonly detail: string;
}

/** Whether a duration that is set falls short. */
function isBelow(least: number, text: string | undefined): boolean {
  return text !== undefined && (tryParseDuration(text) ?? 0) < least;
}

const TOO_OFTEN = "The time between two backups must be at least one second.";

const TIME_RULES: readonly TimeRule[] = [
  { path: "log.every", isBroken: ({ log }) => isBelow(1000, log?.every), detail: TOO_OFTEN },
  { path: "cdc.every", isBroken: ({ cdc }) => isBelow(1000, cdc?.every), detail: TOO_OFTEN },
  {
    path: "cdc.cdc_profile.retention",
    isBroken: ({ cdc }) => isBelow(DAY, cdc?.cdc_profile.retention),
    detail:
      "The server must keep captured changes for at least one day (1d), or a missed backup loses some.",
  },
  {
    path: "window.start",
    isBroken: ({ window }) => window !== null && !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(window.start),
    detail: "A time of day has the form 22:00, from 00:00 to 23:59.",
  },
  {
    path: "window.duration",
    isBroken: ({ window }) => isBelow(1, window?.duration),
    detail: "A window that is never open lets no backup start.",
  },
];

const SYSTEM = ["master", "model", "msdb"];

function checkDatabases(
  { databases }: ResourceAttributes<"backup_set">,
  resource: CheckedResource,
): readonly Diagnostic[] {
  const subject = rangeOf(resource, "databases.include");
  const faults: string[] = [];
  if (databases.include.length === 0) {
    faults.push(
      'The list is empty, so this backup set would protect nothing. Write ["*"] for all user databases.',
    );
  }
  for (const name of databases.include) {
    const plain = name.toLowerCase();
    if (plain === "tempdb") {
      faults.push(
        "tempdb is made anew at every start of the server and is never backed up. Remove it from the list.",
      );
    } else if (SYSTEM.includes(plain) && !databases.system) {
      faults.push(`${name} is a system database. Set system = true in this block to include it.`);
    }
  }
  return faults.map((detail) => problem({ summary: "Invalid value", detail, subject }));
}
