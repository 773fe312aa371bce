import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import {
  type Address,
  formatAddress,
  nameOfAddress,
  partsOfAddress,
  typeOfAddress,
} from "../address/address.ts";
import type { ImportRequest } from "../config/configuration.ts";
import {
  formatBlocks,
  type GeneratedBlock,
  policyBlock,
  quoted,
  retentionBlock,
  serverBlock,
  setBlock,
  vaultBlock,
} from "../config/generate/generated-blocks.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { looksLikeCopy } from "../kit/copy-form.ts";
import { type ImportId, parseImportId } from "../plan/import-id.ts";
import { matchesPattern } from "../policy/name-pattern.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import { isNetworkAddress, parseBlobAddress } from "./blob-address.ts";
import { findAzureServer } from "./find-azure-server.ts";
import { generateRetention, isServer } from "./import-retention.ts";
import { type KnownBlock, KnownBlocks, notGenerated } from "./known-blocks.ts";
import { openServerAt } from "./open-server.ts";
import type { Ports } from "./ports.ts";

type IdOf<Kind extends ImportId["kind"]> = Extract<ImportId, { kind: Kind }>;

/** Where a vault's key is expected, as by the commands that work without a configuration. */
const VAULT_KEY = "HOLDFAST_VAULT_KEY";

/**
 * Writes blocks for import targets that have none, from what exists now, in canonical form. Asks servers; changes nothing.
 * IMPORT_ID_INVALID, IMPORT_NOT_GENERATED, SERVER_*, each with the place of the import.
 */
export async function generateConfiguration(
  imports: readonly ImportRequest[],
  resources: readonly KnownBlock[],
  ports: Ports,
): Promise<string> {
  const generator = new Generator(resources, ports);
  const order = ["vault", "server", "backup_set", "azure_retention"];
  const sorted = imports.toSorted(
    (a, b) => order.indexOf(typeOfAddress(a.to)) - order.indexOf(typeOfAddress(b.to)),
  );
  for (const request of sorted) await generator.add(request);
  return formatBlocks(generator.blocks);
}

class Generator {
  readonly blocks: GeneratedBlock[] = [];
  readonly #known: KnownBlocks;
  readonly #ports: Ports;

  constructor(resources: readonly KnownBlock[], ports: Ports) {
    this.#known = new KnownBlocks(resources);
    this.#ports = ports;
  }

  async add(request: ImportRequest): Promise<void> {
    try {
      await this.#add(request);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const { to: address, range: subject } = request;
      throw new DiagnosticError({ ...error.diagnostic, address, subject }, { cause: error });
    }
  }

  async #add({ to, id }: ImportRequest): Promise<void> {
    requirePlain(to);
    const parsed = parseImportId(typeOfAddress(to), id);
    switch (parsed?.kind) {
      case "server":
        return this.#server(to, parsed);
      case "azure_server":
        return this.#azureServer(to, parsed);
      case "vault":
        return this.#vault(to, parsed);
      case "databases":
        return this.#set(to, parsed);
      case "azure_retention":
        return this.#retention(to, parsed);
      case undefined:
      case "fault":
        throw invalidId(id, to, parsed?.fault ?? "");
      default:
        return parsed satisfies never;
    }
  }

  async #server(to: Address, { host, port }: IdOf<"server">): Promise<void> {
    const credential = this.#known.only(
      "credential",
      ({ attributes }) => attributes["type"] === "sql_password" && attributes["username"] !== null,
      `to sign in to ${host}. A password is sent to no server that nobody named for it, so write the server block by hand, or leave one credential of type sql_password`,
    );
    this.#known.know(to, newServer({ host, port, credential }));
    await using server = await openServerAt(to, this.#known.lookup(), this.#ports);
    const { name, version, edition } = await server.facts({ signal: this.#ports.signal });
    const kind = edition === "SQL Azure" ? "azure_sql" : "sql_server";
    const about = `It calls itself ${name}: version ${version}, ${edition}.`;
    this.blocks.push(serverBlock({ name: nameOfAddress(to), kind, host, port, credential, about }));
  }

  /** Azure says what to connect to, so an identity of Entra is sent to a server that Azure itself named. */
  async #azureServer(to: Address, { place }: IdOf<"azure_server">): Promise<void> {
    const identities = this.#known.ofType("credential").filter(isIdentity);
    const credential = this.#known.only(
      "credential",
      (each) =>
        isIdentity(each) || (identities.length === 0 && each.attributes["type"] === "sql_password"),
      `to sign in to ${place.server}. Write the server block by hand, or leave one identity of Entra`,
    );
    const { host } = await findAzureServer(
      place,
      { credential, resources: this.#known.lookup() },
      this.#ports,
    );
    const { kind, subscriptionId: subscription_id, resourceGroup: resource_group } = place;
    const azure = { subscription_id, resource_group, name: place.server, credential: null };
    this.#known.know(to, { ...newServer({ host, port: 1433, credential }), kind, azure });
    await using server = await openServerAt(to, this.#known.lookup(), this.#ports);
    const { name, version, edition } = await server.facts({ signal: this.#ports.signal });
    const about = `It calls itself ${name}: version ${version}, ${edition}.`;
    const block = { name: nameOfAddress(to), kind, host, port: 1433, credential, about };
    this.blocks.push(serverBlock({ ...block, azure: place }));
  }

  #vault(to: Address, { place }: IdOf<"vault">): Promise<void> {
    const storage = isNetworkAddress(place)
      ? this.#container(place)
      : [`storage "local" { path = ${quoted(place)} }`];
    this.#known.know(to, {});
    this.blocks.push(vaultBlock({ name: nameOfAddress(to), storage, keyEnv: VAULT_KEY }));
    return Promise.resolve();
  }

  #container(place: string): readonly string[] {
    const { account, accountUrl, container, prefix } = parseBlobAddress(place);
    if (prefix !== "") {
      throw notGenerated(
        `A vault block names a whole container, and the id names the part ${prefix} of one. Such a vault can be used with holdfast vault only.`,
      );
    }
    const credential = this.#known.only(
      "credential",
      ({ attributes }) => attributes["type"] !== "sql_password",
      `to open the container ${container}. Write the vault block by hand, or leave one credential that opens storage`,
    );
    return [
      'storage "azure_blob" {',
      `account_url = ${quoted(accountUrl ?? `https://${account}.blob.core.windows.net`)}`,
      `container = ${quoted(container)}`,
      `credential = ${credential}`,
      "}",
    ];
  }

  async #set(to: Address, { server: named, patterns }: IdOf<"databases">): Promise<void> {
    const address = this.#known.serverNamed(named);
    await using server = await openServerAt(address, this.#known.lookup(), this.#ports);
    const all = await server.databases({ signal: this.#ports.signal });
    const isNamed = ({ name, isSystem }: DatabaseFacts) =>
      patterns.some(
        (pattern) =>
          matchesPattern(name, pattern) &&
          ((!isSystem && !looksLikeCopy(name)) || name.toLowerCase() === pattern.toLowerCase()),
      );
    const databases = all.filter(isNamed);
    const name = nameOfAddress(to);
    const policy = this.#known.any("policy") ?? this.#proposePolicy(name, databases);
    const vault = this.#known.any("vault");
    if (vault === undefined) {
      throw notGenerated(
        `${to} needs a vault, and the configuration has none. Write a vault block, or import one.`,
      );
    }
    this.blocks.push(
      setBlock({
        name,
        server: address,
        policy,
        vault,
        patterns: [...new Set(patterns)],
        system: databases.some(({ isSystem }) => isSystem),
        databases,
        choices: [...this.#known.others("policy", policy), ...this.#known.others("vault", vault)],
      }),
    );
  }

  async #retention(to: Address, id: IdOf<"azure_retention">): Promise<void> {
    const found = this.#known.ofType("server").find(({ address, attributes }) =>
      // Checked against the schema of the block.
      isServer(id.server, address, attributes as ResourceAttributes<"server">),
    );
    if (found === undefined) {
      throw notGenerated(
        `The import names a database of a server that no server block of the root names by that address, host or place in Azure. Write the server block, or import the server too.`,
      );
    }
    const wanted = { name: nameOfAddress(to), id, server: found.address };
    this.blocks.push(await generateRetention(wanted, this.#known.lookup(), this.#ports));
  }

  #proposePolicy(wanted: string, databases: readonly DatabaseFacts[]): string {
    const retention = this.#known.any("retention") ?? this.#proposeRetention(wanted);
    const withLog = databases
      .filter(({ recoveryModel }) => recoveryModel !== "simple")
      .map(({ name }) => name);
    this.blocks.push(policyBlock(wanted, { retention, withLog }));
    return this.#propose("policy", wanted);
  }

  #proposeRetention(wanted: string): string {
    this.blocks.push(retentionBlock(wanted));
    return this.#propose("retention", wanted);
  }

  #propose(type: string, name: string): Address {
    const address = formatAddress(type, name);
    this.#known.know(address, {});
    return address;
  }
}

const IDENTITIES: ReadonlySet<unknown> = new Set([
  "entra_default",
  "entra_service_principal",
  "managed_identity",
  "workload_identity",
]);

function isIdentity({ attributes }: KnownBlock): boolean {
  return IDENTITIES.has(attributes["type"]);
}

function requirePlain(to: Address): void {
  const { module, key } = partsOfAddress(to);
  if (module === "" && key === undefined) return;
  throw notGenerated(
    `${to} stands in a module, or is one of several instances; only plain blocks of the root can be written for you. Write the block by hand.`,
  );
}

/** What is needed to sign in; the rest of a server's arguments have their defaults. */
function newServer({
  host,
  port,
  credential,
}: Pick<ResourceAttributes<"server">, "host" | "port"> & {
  readonly credential: string;
}): KnownBlock["attributes"] {
  const tls = { ca_file: null, server_name: null, trust_server_certificate: false };
  return { kind: "sql_server", host, port, credential, tls };
}

function invalidId(id: string, to: Address, fault: string): DiagnosticError {
  return failure({
    code: "IMPORT_ID_INVALID",
    summary: "Wrong form of an id",
    detail: `The id ${JSON.stringify(id)} cannot name ${to}. ${fault}`,
  });
}
