import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { type Address, addressOf, formatAddress } from "../address/address.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { partByLineage } from "../policy/chain/lineage.ts";
import { placedHeader } from "../policy/chain/placed-header.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { ImportedSet } from "./imported-set.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** To whom imported points belong. */
export interface ImportOwner {
  readonly backupSet: Address;
  readonly serverOf: (set: ImportedSet) => Address;
  /** Whether a set may belong to it at all. */
  readonly takes: (set: ImportedSet) => "yes" | "other_database" | "unknown_chain";
}

/** The set of points that no configuration made: like those of a block that was deleted, nothing purges them. */
export const NOBODY = formatAddress("backup_set", "imported");

const NO_SERVER = { module: "", type: "server", name: "imported" };

/** Nobody's: nothing purges them. Servers are kept apart by the names in the files, since each has a database master. */
export const UNOWNED: ImportOwner = {
  backupSet: NOBODY,
  serverOf: ({ server }) =>
    addressOf(server === "" ? NO_SERVER : { ...NO_SERVER, key: server.toUpperCase() }),
  takes: () => "yes",
};

const SYSTEM = new Set(["master", "model", "msdb", "tempdb"]);

/**
 * A configured backup set, whose retention decides from then on. A differential or a log without readable headers is not
 * taken: nobody could tell what it builds on, and that could be purged before it.
 */
function ownedBy(
  backupSet: Address,
  { server, databases }: ResourceAttributes<"backup_set">,
): ImportOwner {
  const covers = (name: string) =>
    selectDatabases([{ name, isSystem: SYSTEM.has(name.toLowerCase()) }], databases).length > 0;
  return {
    backupSet,
    // The block's schema makes it a reference, so it is an address.
    serverOf: () => server as Address,
    takes: ({ database, facts, type }) => {
      if (!covers(database)) return "other_database";
      return facts === null && type !== "full" ? "unknown_chain" : "yes";
    },
  };
}

/** The set that a user means. BACKUP_NOT_CONFIGURED, and CLI_USAGE where the vault is not that of the set. */
export function findOwner(
  { set, vault }: { readonly set: string; readonly vault: string },
  resources: ResourceLookup,
): { readonly owner: ImportOwner; readonly vault: Address } {
  const backupSet = resources.find(set, "backup_set");
  const attributes = resources.get(backupSet, "backup_set");
  const own = attributes.vault as Address;
  if (vault === "" || resources.find(vault, "vault") === own) {
    return { owner: ownedBy(backupSet, attributes), vault: own };
  }
  throw failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `${backupSet} keeps its points in ${own}, and -vault names another one. Leave -vault out.`,
  });
}

/**
 * IMPORT_SERVERS_MIXED where one name stands for databases of several servers: under one set they would be taken for one
 * database. The replicas of an availability group are no such servers, for their backups are of one database.
 */
export function requireOneServer(sets: readonly ImportedSet[], backupSet: Address): void {
  const byName = Map.groupBy(sets, ({ database }) => database.toLowerCase());
  for (const own of byName.values()) {
    const [first, ...others] = familiesOf(own);
    const rival = others.find((family) => first?.isDisjointFrom(family) === true);
    if (first !== undefined && rival !== undefined) throw mixed(own, { first, rival, backupSet });
  }
}

/** The servers that each database of one name was backed up on. */
function familiesOf(sets: readonly ImportedSet[]): readonly ReadonlySet<string>[] {
  const placed = sets.flatMap((set) => (set.place === null ? [] : [{ ...set, place: set.place }]));
  const serverOf = new Map(sets.map(({ identity, server }) => [identity, server]));
  const families = partByLineage(placed.map(placedHeader)).map((headers) =>
    headers.map(({ set }) => serverOf.get(set) ?? ""),
  );
  const sealed = sets.flatMap(({ place, server }) => (place === null ? [[server]] : []));
  return [...families, ...sealed]
    .map((servers) => new Set(servers.map((name) => name.toUpperCase())))
    .filter((servers) => !servers.has(""));
}

interface Mixture {
  readonly first: ReadonlySet<string>;
  readonly rival: ReadonlySet<string>;
  readonly backupSet: Address;
}

function mixed(
  [set]: readonly ImportedSet[],
  { first, rival, backupSet }: Mixture,
): DiagnosticError {
  const names = (servers: ReadonlySet<string>) => [...servers].sort().join(", ");
  return failure({
    code: "IMPORT_SERVERS_MIXED",
    summary: "Files of several servers",
    detail: `The files hold a database ${set?.database} of ${names(first)} and another one of ${names(rival)}. Under ${backupSet} they would be taken for one database, so nothing was kept. Name the folder of one server; the other one belongs to a backup set of its own.`,
    address: backupSet,
  });
}
