import type { Address } from "../address/address.ts";
import type { VariableOption } from "../config/configuration.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import { brokenPromise, type ProbeFinding, probeStore } from "../storage/probe-store.ts";
import type { Vault } from "../vault/vault.ts";
import { isNetworkAddress } from "./blob-address.ts";
import { findAddress } from "./find-address.ts";
import type { Leftovers } from "./find-leftovers.ts";
import { whatIsKnown } from "./init.ts";
import { openStore, placeOf } from "./open-store.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { loadProject, requireConfiguration } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { openStreamStore, openStreamVault } from "./vault-streams.ts";

export interface DoctorOptions {
  /** The vault that a person means, or a place: a path with a slash, or an address in Azure. All vaults without it. */
  readonly vault: string | undefined;
  readonly variables: readonly VariableOption[];
}

/** What was found out about one vault. */
export interface VaultDiagnosis {
  /** Its address, or its place as the user wrote it. */
  readonly vault: string;
  /** In words: `folder ./vault`. */
  readonly place: string;
  readonly findings: readonly ProbeFinding[];
}

/** How to reach a vault whose store is tried. */
interface Examined {
  readonly openStore: () => Promise<BlobStore>;
  readonly openVault: () => Promise<Vault>;
  /** As the user wrote it; undefined of a container. */
  readonly folder: string | undefined;
  /** For how many days the configuration wants blobs to be kept from being removed. */
  readonly immutableDays?: number | undefined;
}

/**
 * Tries the stores of the configuration's vaults, whether they were applied or not, or that of a place, and whether the
 * key opens what is there. Writes small blobs and removes them.
 */
export async function examineVaults(
  options: DoctorOptions,
  ports: Ports,
): Promise<readonly VaultDiagnosis[]> {
  if (options.vault !== undefined && isPlace(options.vault))
    return [await examinePlace(options.vault, ports)];
  const loaded = await loadProject(ports, options.variables);
  const known = whatIsKnown(loaded, ports);
  // What waits for data may be the vault that is meant.
  const isWaiting = !known.resources.some(({ type }) => type === "vault");
  const said = isWaiting ? requireConfiguration(loaded, ports) : known;
  const resources = new ResourceLookup(said.resources);
  const diagnoses: VaultDiagnosis[] = [];
  for (const vault of findVaults(options.vault, resources)) {
    const attributes = resources.get(vault, "vault");
    const findings = await examine(ofConfiguration(vault, resources, ports), ports);
    diagnoses.push({ vault, place: placeOf(attributes), findings });
  }
  return diagnoses;
}

/** What backups left outside of vaults; undefined where one vault or place is asked about, and before there is a catalog. */
export async function examineLeftovers(
  { vault, variables }: DoctorOptions,
  ports: Ports,
): Promise<Leftovers | undefined> {
  if (vault !== undefined) return undefined;
  const { settings } = await loadProject(ports, variables);
  const { findLeftovers } = await import("./find-leftovers.ts");
  return findLeftovers(settings?.prices ?? null, ports);
}

function isPlace(text: string): boolean {
  return isNetworkAddress(text) || /[/\\]|^\.+$/.test(text);
}

async function examinePlace(place: string, ports: Ports): Promise<VaultDiagnosis> {
  const isFolder = !isNetworkAddress(place);
  const examined = {
    folder: isFolder ? place : undefined,
    openStore: () => openStreamStore(place, ports),
    openVault: () => openStreamVault(place, ports),
  };
  const words = isFolder ? `folder ${place}` : `container ${place}`;
  return { vault: place, place: words, findings: await examine(examined, ports) };
}

/** Without its cache, which would answer for the store. */
function ofConfiguration(address: Address, resources: ResourceLookup, ports: Ports): Examined {
  const attributes = resources.get(address, "vault");
  const withoutCache = { ...attributes, tiers: { ...attributes.tiers, hot: null } };
  const { storage } = attributes;
  return {
    folder: storage.type === "local" ? storage.path : undefined,
    openStore: () => openStore({ address, attributes: withoutCache, resources }, ports),
    openVault: () => openVaultAt(address, resources, ports),
    immutableDays: attributes.immutability?.days,
  };
}

function findVaults(wanted: string | undefined, resources: ResourceLookup): readonly Address[] {
  const all = resources.all("vault");
  const found = wanted === undefined ? undefined : findAddress(wanted, "vault", all);
  if (found !== undefined) return [found];
  if (wanted === undefined && all.length > 0) return all;
  const known = all.length === 0 ? "It has none." : `It has: ${all.join(", ")}.`;
  throw failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "Vault not configured",
    detail: `The configuration has no vault${wanted === undefined ? "" : ` ${wanted}`} that could be examined. ${known}`,
  });
}

async function examine(examined: Examined, ports: Ports): Promise<readonly ProbeFinding[]> {
  const { clock, signal } = ports;
  const randomBytes = (length: number) => ports.randomBytes(length);
  const { folder } = examined;
  const isNew = folder !== undefined && !(await ports.files.isThere(folder));
  try {
    await using store = await examined.openStore();
    const findings = await probeStore(store, { clock, signal, randomBytes });
    const isUsable = findings[0]?.verdict === "kept" || findings[0]?.code === "STORE_NOT_WRITABLE";
    if (!isUsable) return findings;
    const protection = await examineProtection(store, examined, ports);
    return [...findings, await examineVault(examined, isNew, ports), ...protection];
  } catch (error) {
    return [brokenPromise("can be opened", error)];
  }
}

const DAY_MS = 86_400_000;

/** Looks at the newest manifest, or the config: to try a policy would leave a blob that nobody can remove. */
async function examineProtection(
  store: BlobStore,
  { immutableDays: days }: Examined,
  { clock, signal }: Ports,
): Promise<readonly ProbeFinding[]> {
  if (days === undefined) return [];
  const promise = "keeps what lasts from being removed";
  const begin = clock.now();
  const infos = [
    ...(await Array.fromAsync(store.list("config", { signal }))),
    ...(await Array.fromAsync(store.list("points/", { signal }))),
  ];
  const newest = infos.toSorted((one, other) => other.writtenAt - one.writtenAt)[0];
  const facts = { promise, milliseconds: clock.now() - begin };
  if (newest === undefined || newest.writtenAt + days * DAY_MS < begin) {
    const detail = "The newest point is older than the policy, or there is none.";
    return [{ ...facts, verdict: "not tried", detail }];
  }
  const until = newest.immutableUntil;
  if (until !== undefined) {
    const detail = `The newest of it is protected until ${new Date(until).toISOString().slice(0, 10)}.`;
    return [{ ...facts, verdict: "kept", detail }];
  }
  const detail = `${newest.name} has no policy, although it is younger than ${days} days. It was written before immutability was configured, or the container has no version-level immutability support.`;
  return [{ ...facts, verdict: "broken", detail, code: "STORE_NOT_IMMUTABLE" }];
}

/** An empty place is as it should be before `init`. */
async function examineVault(
  { openVault, folder }: Examined,
  isNew: boolean,
  ports: Ports,
): Promise<ProbeFinding> {
  const promise = "holds a vault that the key opens";
  const begin = ports.clock.now();
  try {
    await using _vault = await openVault();
    const milliseconds = ports.clock.now() - begin;
    return { promise, verdict: "kept", detail: "The vault was opened.", milliseconds };
  } catch (error) {
    if (!isMissing(error)) return brokenPromise(promise, error);
    const detail = isNew
      ? `There is no folder ${folder}, so there is no vault. If there should be one, the path is misspelt or a disk is not mounted; else holdfast init, or vault init, makes both.`
      : "There is no vault yet: holdfast init, or vault init, makes it.";
    return { promise, verdict: "not tried", detail, milliseconds: 0 };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof DiagnosticError && error.diagnostic.code === "VAULT_MISSING";
}
