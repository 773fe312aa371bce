import { METHODS, SCHEDULED_TYPES } from "../../../schemas/blocks/methods.ts";
import {
  attributesOf,
  type ResourceAttributes,
  type ResourceType,
} from "../../../schemas/blocks/resources.ts";
import { type Diagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { matchesPattern } from "../../policy/name-pattern.ts";
import type { Settings } from "../configuration.ts";
import { problem } from "../report.ts";
import { checkRetentionsOfAzure } from "./azure-retention-rules.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";
import { checkOverTime } from "./policy-rules.ts";

/** What blocks have to do with each other. A rule stays silent where one of its blocks has a fault of its own. */
export function checkAcross(
  resources: ReadonlyMap<string, CheckedResource>,
  settings: Settings | undefined,
): readonly Diagnostic[] {
  return [
    ...checkVaultFolders(resources),
    ...checkContainers(resources),
    ...checkOverTime(resources),
    ...checkRetentionsOfAzure(resources),
    ...[...resources.values()].flatMap((resource) => [
      ...checkFeature(resource, settings),
      ...checkSignIn(resource, resources),
      ...checkBackupSet(resource, resources),
    ]),
  ];
}

/** Two vaults in one folder would take each other's packs for leftovers. */
function checkVaultFolders(resources: ReadonlyMap<string, CheckedResource>): readonly Diagnostic[] {
  const first = new Map<string, CheckedResource>();
  return [...resources.values()].flatMap((resource) => {
    const storage = attributesOf(resource, "vault")?.storage;
    if (storage?.type !== "local") return [];
    const folder = normalPath(storage.path);
    const other = first.get(folder);
    if (other === undefined) first.set(folder, resource);
    if (other === undefined) return [];
    const detail = `${other.address} keeps its points in ${storage.path} too. Each vault needs a folder of its own.`;
    const subject = rangeOf(resource, "storage.path");
    return [problem({ summary: "Folder used twice", detail, subject }, "CONFIG_DUPLICATE_NAME")];
  });
}

/** The same of one container. */
function checkContainers(resources: ReadonlyMap<string, CheckedResource>): readonly Diagnostic[] {
  const first = new Map<string, CheckedResource>();
  return [...resources.values()].flatMap((resource) => {
    const storage = attributesOf(resource, "vault")?.storage;
    if (storage?.type !== "azure_blob") return [];
    const place = `${storage.account_url.toLowerCase().replace(/\/+$/, "")} ${storage.container}`;
    const other = first.get(place);
    if (other === undefined) first.set(place, resource);
    if (other === undefined) return [];
    const detail = `${other.address} keeps its points in the container ${storage.container} too. Each vault needs a container of its own.`;
    const subject = rangeOf(resource, "storage.container");
    const summary = "Container used twice";
    return [problem({ summary, detail, subject }, "CONFIG_DUPLICATE_NAME")];
  });
}

/** `./vault/` and `vault` are one folder. */
function normalPath(path: string): string {
  const steps = path.split("/").filter((step, at) => step !== "." && (step !== "" || at === 0));
  return steps.join("/");
}

function read<T extends ResourceType>(
  resources: ReadonlyMap<string, CheckedResource>,
  address: string,
  type: T,
): ResourceAttributes<T> | undefined {
  const resource = resources.get(address);
  return resource && attributesOf(resource, type);
}

function checkFeature(
  resource: CheckedResource,
  settings: Settings | undefined,
): readonly Diagnostic[] {
  const policy = attributesOf(resource, "policy");
  const isUsed = policy?.method === "isolated_copy";
  if (!isUsed || settings === undefined || settings.features.includes("isolated_copy")) return [];
  return [
    problem({
      summary: "Feature not listed",
      detail:
        'The method isolated_copy makes a copy of the database, which costs money, so it must be asked for by name. List it:\n\n    holdfast { features = ["isolated_copy"] }',
      subject: rangeOf(resource, "method"),
    }),
  ];
}

const STORAGE_ONLY: readonly string[] = ["sas", "account_key"];
const NOT_ENTRA: readonly string[] = [...STORAGE_ONLY, "sql_password"];

function checkSignIn(
  resource: CheckedResource,
  resources: ReadonlyMap<string, CheckedResource>,
): readonly Diagnostic[] {
  const server = attributesOf(resource, "server");
  if (server !== undefined) {
    return [
      ...checkType(server.credential, STORAGE_ONLY, {
        resources,
        target: "a SQL server",
        subject: rangeOf(resource, "credential"),
      }),
      ...checkType(server.azure?.credential ?? null, NOT_ENTRA, {
        resources,
        target: "Azure Resource Manager",
        subject: rangeOf(resource, "azure.credential"),
      }),
    ];
  }
  const storage = attributesOf(resource, "vault")?.storage;
  if (storage?.type !== "azure_blob") return [];
  const credential = read(resources, storage.credential, "credential");
  if (credential?.type !== "sql_password") return [];
  return [unfit(storage.credential, "a storage account", rangeOf(resource, "storage.credential"))];
}

interface SignInPlace {
  readonly resources: ReadonlyMap<string, CheckedResource>;
  readonly target: string;
  readonly subject: SourceRange;
}

function checkType(
  address: string | null,
  refused: readonly string[],
  { resources, target, subject }: SignInPlace,
): readonly Diagnostic[] {
  const credential = address === null ? undefined : read(resources, address, "credential");
  if (address === null || credential === undefined) return [];
  return refused.includes(credential.type) ? [unfit(address, target, subject)] : [];
}

function unfit(address: string, target: string, subject: SourceRange): Diagnostic {
  const detail = `${address} is of a type that cannot sign in to ${target}. Use a credential of another type.`;
  return problem({ summary: "Credential does not fit", detail, subject });
}

interface SetFacts {
  readonly resource: CheckedResource;
  readonly set: ResourceAttributes<"backup_set">;
  readonly policy: ResourceAttributes<"policy">;
  readonly server: ResourceAttributes<"server">;
}

function checkBackupSet(
  resource: CheckedResource,
  resources: ReadonlyMap<string, CheckedResource>,
): readonly Diagnostic[] {
  const set = attributesOf(resource, "backup_set");
  const policy = set && read(resources, set.policy, "policy");
  const server = set && read(resources, set.server, "server");
  if (set === undefined || policy === undefined || server === undefined) return [];
  const facts = { resource, set, policy, server };
  return [...checkMethod(facts), ...checkNeeds(facts), ...checkSystemDatabases(facts)];
}

function checkMethod({ resource, set, policy, server }: SetFacts): readonly Diagnostic[] {
  const subject = rangeOf(resource, "policy");
  const possible = METHODS[policy.method][server.kind];
  if (possible === undefined) {
    const detail = `${set.policy} uses the method ${policy.method}, which cannot run on ${set.server}, a server of kind ${server.kind}. Choose another method or another policy.`;
    return [problem({ summary: "Method cannot run here", detail, subject })];
  }
  const anywhere = new Set(Object.values(METHODS[policy.method]).flat());
  return SCHEDULED_TYPES.filter(
    (type) => policy[type] !== null && anywhere.has(type) && !possible.includes(type),
  ).map((type) => {
    const detail = `${set.policy} schedules ${type} backups, which the method ${policy.method} cannot run on ${set.server}, a server of kind ${server.kind}: it runs ${possible.join(", ")} there. Use another policy for this set.`;
    return problem({ summary: "Method cannot run this type", detail, subject });
  });
}

function checkNeeds({ resource, set, policy, server }: SetFacts): readonly Diagnostic[] {
  const subject = rangeOf(resource, "policy");
  if (policy.method === "files" && server.agent === null) {
    const detail = `The method files needs a Holdfast agent beside the server. Add agent {} to ${set.server} once one runs there, or choose another method.`;
    return [problem({ summary: "Agent missing", detail, subject })];
  }
  if (policy.method === "isolated_copy" && server.bridge === null) {
    const detail = `The method isolated_copy needs a bridge, which reads the copy. Set bridge in ${set.server}, or choose another method.`;
    return [problem({ summary: "Bridge missing", detail, subject })];
  }
  return [];
}

const SYSTEM: readonly string[] = ["master", "model", "msdb"];

/** System databases: full only. */
function checkSystemDatabases({ resource, set, policy }: SetFacts): readonly Diagnostic[] {
  const { include, exclude, system } = set.databases;
  if (!system || policy.method !== "cdc") return [];
  const subject = rangeOf(resource, "databases.system");
  const isLeftOut = (name: string) => exclude.some((pattern) => matchesPattern(name, pattern));
  const isOnlySystem = include
    .filter((name) => !isLeftOut(name))
    .every((name) => SYSTEM.includes(name.toLowerCase()));
  const reason = "Change Data Capture cannot be used on system databases (SQL Server error 22989)";
  if (isOnlySystem) {
    const detail = `${reason}, and this set has no others, so its cdc backups would always fail (AZURE_SQL_1057). Use a policy of another method for it.`;
    return [problem({ summary: "Method cannot run here", detail, subject }, "AZURE_SQL_1057")];
  }
  const rest =
    policy.full === null
      ? `the only points they get are of full backups, and ${set.policy} schedules none. Put them into a backup set of their own, under a policy with fulls.`
      : "they get a recovery point from full backups only. Put them into a backup set of their own to see that at a glance.";
  return [
    warningDiagnostic({
      code: "CONFIG_WEAK_PROTECTION",
      summary: "System databases are skipped by cdc backups",
      detail: `${reason}: ${rest}`,
      subject,
    }),
  ];
}
