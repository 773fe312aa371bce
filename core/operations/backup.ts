import { METHODS } from "../../schemas/blocks/methods.ts";
import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { runBackup } from "../backup/run-backup.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { PointType, Trigger } from "../catalog/recovery-point.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { type CommittedPoint, settleInterrupted } from "../jobs/interrupted.ts";
import { tryParseByteSize } from "../kit/byte-size.ts";
import { profileOf } from "../policy/chain/cdc-profile.ts";
import { bandwidthOf } from "../policy/chain/differential-means.ts";
import { incrementOf } from "../policy/chain/increment.ts";
import { matchesPattern } from "../policy/name-pattern.ts";
import type { DatabaseFacts, DatabaseServer } from "../resource/database-server.ts";
import { kindMismatch } from "../resource/kind-mismatch.ts";
import type { Vault } from "../vault/vault.ts";
import { acceptBackedUp } from "./accept-new-databases.ts";
import { beginJob } from "./begin-job.ts";
import { hiddenOf } from "./hide-system-databases.ts";
import { noteHotPoints } from "./hot-points.ts";
import { type CopyBackups, prepareCopies, requireCopies } from "./isolated-copies.ts";
import { openServerAt } from "./open-server.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface BackupCommand {
  /** A backup set's address or bare name. */
  readonly backupSet: string;
  readonly type?: PointType | undefined;
  /** Only this database of the set. */
  readonly database?: string | undefined;
  readonly trigger: Trigger;
}

/** Backs up now, as the catalog has it. Refused, without a job, when something is not configured. */
export async function backUp(command: BackupCommand, ports: Ports): Promise<JobRecord> {
  await using catalog = await openProjectCatalog(ports);
  return await backUpWith(command, { ports, catalog });
}

async function backUpWith(
  command: BackupCommand,
  { ports, catalog }: { readonly ports: Ports; readonly catalog: Catalog },
): Promise<JobRecord> {
  const resources = new ResourceLookup(await catalog.objects());
  const backupSet = resources.find(command.backupSet, "backup_set");
  const set = resources.get(backupSet, "backup_set");
  const policy = resources.get(set.policy, "policy");
  const { method, bandwidth_limit: limit } = policy;
  const bandwidth = heldTo(command.trigger, limit);
  const { kind } = resources.get(set.server, "server");
  const type = command.type ?? defaultType(method, kind);
  requireRunnable({ backupSet, method, kind, type });
  const shown = await shownSelection(set, { resources, catalog }, ports);
  const selection = narrow(shown, command.database, backupSet);
  const held = { ...ports, bandwidth: bandwidth === "unlimited" ? undefined : bandwidth };
  await using vault = await openVaultAt(set.vault, resources, held);
  await settle(catalog, { vault, address: set.vault, ports });
  const { server } = set;
  const copies =
    method === "isolated_copy"
      ? await prepareCopies({ backupSet, server }, { resources, catalog }, ports)
      : undefined;
  const { clock, host, sleep, signal } = ports;
  const { trigger } = command;
  const journal = await beginJob(
    { operation: "backup", subject: backupSet, type, trigger, bandwidth },
    catalog,
    ports,
  );
  const openServer = () => openFor(server, { copies, resources }, ports);
  let databases: readonly DatabaseFacts[] = [];
  const onDatabases = (said: readonly DatabaseFacts[]) => {
    databases = said;
  };
  const job = await runBackup(
    { catalog, vault, openServer, clock, host, sleep, signal, onDatabases, takeFull: copies?.take },
    {
      backupSet,
      server: set.server,
      vaultAddress: set.vault,
      selection,
      method,
      type,
      trigger,
      profile: profileOf(policy),
    },
    journal,
  );
  await acceptBackedUp(job, { server: set.server, databases }, { catalog, clock });
  const made = job.databases.flatMap(({ point }) => point ?? []);
  await noteHotPoints({ address: set.vault, vault, resources }, made, ports);
  return job;
}

/** Of backups by copies, without what earlier ones left there, and only a server that can have them. */
async function openFor(
  address: Address,
  from: { readonly copies: CopyBackups | undefined; readonly resources: ResourceLookup },
  ports: Ports,
): Promise<DatabaseServer> {
  const { copies, resources } = from;
  await copies?.sweep();
  await using stack = new AsyncDisposableStack();
  const opened = stack.use(await openServerAt(address, resources, ports));
  if (copies === undefined) await tellKind(opened, { address, resources }, ports);
  else await requireCopies(opened, address, ports);
  stack.move();
  return opened;
}

/** SERVER_KIND_WRONG, for who applied without a look at the plan. */
async function tellKind(
  server: DatabaseServer,
  { address, resources }: { readonly address: Address; readonly resources: ResourceLookup },
  { host, signal }: Ports,
): Promise<void> {
  const configured = { address, ...resources.get(address, "server") };
  const diagnostic = kindMismatch(configured, await server.facts({ signal }));
  if (diagnostic !== undefined) host.emit({ type: "diagnostic", diagnostic });
}

/** Only what a schedule starts is held to the policy's limit. A limit of nothing is none. */
function heldTo(trigger: Trigger, limit: string | null): "unlimited" | number {
  const bytes = (limit === null ? undefined : tryParseByteSize(limit)) ?? 0;
  return bandwidthOf(trigger === "schedule" ? "schedule" : "manual", bytes === 0 ? null : bytes);
}

/** Brings the catalog to what a killed process really left in the vault. */
async function settle(
  catalog: Catalog,
  {
    vault,
    address,
    ports,
  }: { readonly vault: Vault; readonly address: Address; readonly ports: Ports },
): Promise<void> {
  await settleInterrupted(catalog, {
    vault: address,
    lookUp: (id) => lookUp(id, vault, ports),
    now: ports.clock.now(),
    isAlive: (worker) => ports.isAlive(worker),
  });
}

/** Looks at that one manifest only: damage of another point must not keep a backup from running. */
async function lookUp(
  id: string,
  vault: Vault,
  { signal, host }: Ports,
): Promise<CommittedPoint | "absent" | "unreadable"> {
  try {
    await using reader = await vault.openPoint(id, { signal });
    const { facts, bytesRead, bytesStored, storedAt, added } = reader.point;
    const counted = { bytesRead, bytesStored, storedAt, added: added ?? undefined };
    const { createdAt, consistency, changes, notes } = facts;
    return { createdAt, consistency, changes, notes, ...counted };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostic } = error;
    if (diagnostic.code === "POINT_NOT_FOUND") return "absent";
    if (diagnostic.code !== "VAULT_CORRUPTED") throw error;
    host.emit({ type: "diagnostic", diagnostic: { ...diagnostic, severity: "warning" } });
    return "unreadable";
  }
}

type Method = ResourceAttributes<"policy">["method"];

interface Wanted {
  readonly backupSet: Address;
  readonly method: Method;
  readonly kind: ResourceAttributes<"server">["kind"];
  readonly type: PointType;
}

/** What the method can run on that kind of server; a tail goes wherever logs go. */
function runnableTypes(method: Method, kind: Wanted["kind"]): readonly PointType[] {
  const types: readonly PointType[] = METHODS[method][kind] ?? [];
  return types.includes("log") ? [...types, "tail"] : types;
}

/** The method's increment; a full, where the method knows no other there. */
function defaultType(method: Method, kind: Wanted["kind"]): PointType {
  const increment = incrementOf(method);
  return runnableTypes(method, kind).includes(increment) ? increment : "full";
}

function requireRunnable({ backupSet, method, kind, type }: Wanted): void {
  const types = runnableTypes(method, kind);
  if (!types.includes(type)) {
    throw failure({
      code: "BACKUP_TYPE_UNSUPPORTED",
      summary: "Backup type not supported",
      detail: `The method ${method} cannot run a ${type} backup on a server of kind ${kind}; it runs: ${types.join(", ") || "nothing"}.`,
      address: backupSet,
    });
  }
  if (method !== "native" && method !== "files") return;
  throw failure({
    code: "METHOD_UNSUPPORTED",
    summary: "Method not supported",
    detail: `This version of Holdfast takes backups by the methods snapshot, cdc and isolated_copy only; the policy of ${backupSet} asks for ${method}, so nothing was backed up. To protect the databases now, set in the policy:\n\n    method = "snapshot"`,
    address: backupSet,
  });
}

interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly system: boolean;
}

/** What a set covers, without system databases that an earlier version did not discover; those are told. */
async function shownSelection(
  { server, databases }: { readonly server: Address; readonly databases: Selection },
  recorded: { readonly resources: ResourceLookup; readonly catalog: Catalog },
  { host }: Ports,
): Promise<Selection> {
  const hidden = databases.system ? await hiddenOf(server, recorded) : undefined;
  if (hidden === undefined) return databases;
  host.emit({ type: "diagnostic", diagnostic: hidden });
  return { ...databases, system: false };
}

function narrow(selection: Selection, database: string | undefined, backupSet: Address): Selection {
  if (database === undefined) return selection;
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesPattern(database, pattern));
  if (matches(selection.include) && !matches(selection.exclude)) {
    return { ...selection, include: [database] };
  }
  throw failure({
    code: "DATABASE_NOT_FOUND",
    summary: "Database not in the backup set",
    detail: `${backupSet} does not cover a database ${database}: check databases.include and databases.exclude.`,
    address: backupSet,
  });
}
