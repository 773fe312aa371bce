import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { attributesOf } from "../../schemas/blocks/resources.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type {
  AzureNeeds,
  NeededAccount,
  NeededPrincipal,
  NeededRole,
  NeededServer,
} from "../resource/azure-needs.ts";
import { ResourceLookup } from "./resource-lookup.ts";

type Resources = ConstructorParameters<typeof ResourceLookup>[0];

interface FoundNeeds {
  readonly needs: AzureNeeds;
  /** What is left out, and why. */
  readonly warnings: readonly Diagnostic[];
}

/** Types of credentials that are principals of Entra. */
const PRINCIPALS: ReadonlySet<string> = new Set([
  "entra_default",
  "entra_service_principal",
  "managed_identity",
  "workload_identity",
]);

const NOWHERE = { subscription_id: null, resource_group: null };

/**
 * What the blocks need in Azure: accounts and containers of vaults, and for each credential the least rights on what it
 * opens. A managed identity is made, others are there already.
 */
export function findAzureNeeds(resources: Resources): FoundNeeds {
  const search = new NeedSearch(resources);
  for (const resource of resources) search.look(resource);
  return { needs: search.needs(), warnings: search.warnings };
}

class NeedSearch {
  readonly #resources: Resources;
  readonly #lookup: ResourceLookup;
  readonly #accounts = new Map<string, NeededAccount>();
  readonly #principals = new Map<Address, NeededPrincipal>();
  readonly #roles = new Map<string, NeededRole>();
  readonly warnings: Diagnostic[] = [];

  constructor(resources: Resources) {
    this.#resources = resources;
    this.#lookup = new ResourceLookup(resources);
  }

  look(resource: Resources[number]): void {
    const { address } = resource;
    const vault = attributesOf(resource, "vault");
    if (vault !== undefined) this.#lookAtVault(address, vault);
    const server = attributesOf(resource, "server");
    if (server !== undefined) this.#lookAtServer(address, server);
  }

  needs(): AzureNeeds {
    const roles = sortedValues(this.#roles);
    const subscriptions = new Set(
      roles.flatMap((role) => ("server" in role ? [role.server.subscriptionId] : [])),
    );
    const keyVaults = roles.flatMap((role) => ("keyVault" in role ? [role.keyVault] : []));
    const [only = null] = subscriptions.size === 1 ? subscriptions : [];
    return {
      subscriptionId: only,
      accounts: sortedValues(this.#accounts),
      keyVaults: [...new Set(keyVaults)],
      principals: sortedValues(this.#principals),
      roles,
    };
  }

  #lookAtVault(address: Address, vault: ResourceAttributes<"vault">): void {
    const { storage, encryption, immutability } = vault;
    if (encryption.key_vault_key !== null) this.#wrapKeys(address, encryption);
    if (storage.type !== "azure_blob") return;
    const account = accountOf(storage.account_url);
    if (account === undefined) return this.#leaveOut(address, storage.account_url);
    const { container } = storage;
    const { type } = this.#lookup.get(storage.credential, "credential");
    const isKeyAllowed = !PRINCIPALS.has(type);
    const needed = { isKeyAllowed, immutableDays: immutability?.days ?? null };
    this.#need({ name: account, ...needed, containers: [container] });
    const principal = this.#principal(storage.credential);
    if (principal !== undefined)
      this.#allow({ kind: "read_write_blobs", principal, account, container });
  }

  /** Vaults may share an account. */
  #need(account: NeededAccount): void {
    const before = this.#accounts.get(account.name) ?? account;
    this.#accounts.set(account.name, {
      name: account.name,
      isKeyAllowed: before.isKeyAllowed || account.isKeyAllowed,
      immutableDays: longest(before.immutableDays, account.immutableDays),
      containers: [...new Set([...before.containers, ...account.containers])].toSorted(),
    });
  }

  #wrapKeys(address: Address, encryption: ResourceAttributes<"vault">["encryption"]): void {
    const { key_vault_key: url, credential } = encryption;
    const found = /^https:\/\/([^./]+)\.[^/]+\/keys\/([^/]+)/.exec(url ?? "");
    if (found === null) return this.#leaveOut(address, url ?? "");
    const [, keyVault = "", key = ""] = found;
    const principal = credential === null ? this.#unnamedPrincipal() : this.#principal(credential);
    if (principal !== undefined) this.#allow({ kind: "wrap_keys", principal, keyVault, key });
  }

  #lookAtServer(address: Address, server: ResourceAttributes<"server">): void {
    const { kind } = server;
    if (kind === "sql_server") return;
    const isCopied = kind === "azure_sql" && this.#isCopied(address);
    const managed = kind === "azure_vm" ? [] : this.#managedBy(address);
    const asker = isCopied || managed.length > 0 ? this.#asker(server) : this.#namedAsker(server);
    if (asker === undefined) return;
    const place = azurePlaceOf(server);
    if (place === undefined) {
      const detail = `${address} does not say where it stands in Azure, so nothing is allowed for it. Write into the block:\n\n    azure {\n      subscription_id = "…"\n      resource_group  = "…"\n      name            = "…"\n    }`;
      this.warnings.push(leftOut(address, detail));
      return;
    }
    const needed: NeededServer = { address, kind, ...place };
    const allowed = { principal: asker, server: needed };
    this.#allow({ kind: isCopied ? "copy_databases" : "read_server", ...allowed });
    for (const database of managed) this.#allow({ kind: "set_retention", ...allowed, database });
  }

  /** Who asks Azure about a server, where somebody must. */
  #asker(server: ResourceAttributes<"server">): Address | undefined {
    const named = this.#namedAsker(server);
    const hasOwn = (server.azure?.credential ?? null) !== null;
    return hasOwn ? named : (named ?? this.#unnamedPrincipal());
  }

  /** Undefined where only whoever the machine signs in as could. */
  #namedAsker({ azure, credential }: ResourceAttributes<"server">): Address | undefined {
    const principal = this.#principal(credential);
    const own = azure?.credential ?? null;
    return own === null ? principal : this.#principal(own);
  }

  /** Databases whose retention in Azure a block sets. */
  #managedBy(server: Address): readonly string[] {
    return this.#resources.flatMap((resource) => {
      const managed = attributesOf(resource, "azure_retention");
      return managed?.server === server ? [managed.database] : [];
    });
  }

  #isCopied(server: Address): boolean {
    return this.#resources.some((resource) => {
      const set = attributesOf(resource, "backup_set");
      if (set?.server !== server) return false;
      return this.#lookup.get(set.policy, "policy").method === "isolated_copy";
    });
  }

  /** Undefined of a credential that is no principal, such as a password. */
  #principal(address: string): Address | undefined {
    const { type, client_id: clientId } = this.#lookup.get(address, "credential");
    if (!PRINCIPALS.has(type)) return undefined;
    const credential = address as Address;
    const kind = type === "managed_identity" ? "made" : "given";
    this.#principals.set(credential, { credential, kind, clientId });
    return credential;
  }

  /** Whoever the machine signs in as. */
  #unnamedPrincipal(): Address {
    const credential = formatAddress("credential", "default");
    if (!this.#principals.has(credential))
      this.#principals.set(credential, { credential, kind: "given", clientId: null });
    return credential;
  }

  #allow(role: NeededRole): void {
    this.#roles.set(JSON.stringify(role), role);
  }

  #leaveOut(address: Address, url: string): void {
    const detail = `${url} does not look like an address of Azure (https://NAME.blob.core.windows.net, https://NAME.vault.azure.net/keys/KEY), so nothing is made for it.`;
    this.warnings.push(leftOut(address, detail));
  }
}

/** The name is the first label of the host where it is not written, but of a virtual machine, which may have any. */
function azurePlaceOf({ kind, host, azure }: ResourceAttributes<"server">) {
  const { subscription_id: subscriptionId, resource_group: resourceGroup } = azure ?? NOWHERE;
  const name = azure?.name ?? (kind === "azure_vm" ? undefined : host.split(".")[0]);
  if (subscriptionId === null || resourceGroup === null || !name) return undefined;
  return { subscriptionId, resourceGroup, name };
}

function leftOut(address: Address, detail: string): Diagnostic {
  return warningDiagnostic({ code: "SYNTH_LEFT_OUT", summary: "Left out", detail, address });
}

/** `contosobackup` of `https://contosobackup.blob.core.windows.net`. */
function accountOf(url: string): string | undefined {
  const [, name] = /^https:\/\/([a-z0-9]{3,24})\.blob\.[a-z.]+\/?$/.exec(url) ?? [];
  return name;
}

function longest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function sortedValues<Value>(map: ReadonlyMap<string, Value>): readonly Value[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
