import { type Address, tryParseAddress } from "../address/address.ts";
import type { Configuration } from "../config/configuration.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { looksLikeCopy } from "../kit/copy-form.ts";
import { createLimiter } from "../kit/limiter.ts";
import { type ImportId, tryParseHost } from "../plan/import-id.ts";
import type { ImportFinding, ImportFindings, WantedImport } from "../plan/imports.ts";
import { renamesOf } from "../plan/moves.ts";
import { renamePoint } from "../plan/rename.ts";
import { matchesPattern, missingNames, selectDatabases } from "../policy/name-pattern.ts";
import { isSamePlace } from "../resource/azure-server-id.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import { isNetworkAddress, parseBlobAddress } from "./blob-address.ts";
import { lookAtRetention } from "./import-retention.ts";
import { pointsInVault } from "./import-vault.ts";
import { openAzureOf, placeOf } from "./open-azure.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

interface Surroundings {
  /** What is wanted, by address. */
  readonly resources: ResourceLookup;
  readonly configuration: Pick<Configuration, "moves" | "resources">;
  /** Ids of points that the catalog has. */
  readonly knownPoints: ReadonlySet<string>;
}

/** A connection each. */
const LOOKS_AT_ONCE = 8;

/** Asks servers and vaults whether what is to be imported exists and is what its block says. Changes nothing. */
export async function lookAtImports(
  wanted: readonly WantedImport[],
  surroundings: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFindings> {
  const limit = createLimiter(LOOKS_AT_ONCE);
  const looks = wanted.map((each) =>
    limit(async () => [each.request.to, await lookAt(each, surroundings, ports)] as const),
  );
  return new Map(await Promise.all(looks));
}

async function lookAt(
  wanted: WantedImport,
  surroundings: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const { to, range } = wanted.request;
  try {
    return await findingOf(wanted, surroundings, ports);
  } catch (error) {
    if (!(error instanceof DiagnosticError) || ports.signal.aborted) throw error;
    const diagnostic = { ...diagnosticOf(error), address: to, subject: range };
    return { status: "failed", diagnostic };
  }
}

async function findingOf(
  { request, id }: WantedImport,
  surroundings: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const subject = { to: request.to, text: request.id };
  switch (id.kind) {
    case "server":
      return lookAtServer({ ...subject, id }, surroundings, ports);
    case "azure_server":
      return lookAtAzureServer({ ...subject, id }, surroundings, ports);
    case "vault":
      return lookAtVault({ ...subject, id }, surroundings, ports);
    case "databases":
      return lookAtDatabases({ ...subject, id }, surroundings, ports);
    case "azure_retention":
      return lookAtRetention({ ...subject, id }, surroundings, ports);
    default:
      return id satisfies never;
  }
}

interface Subject<Kind extends ImportId["kind"]> {
  readonly to: Address;
  /** The id as it is written. */
  readonly text: string;
  readonly id: Extract<ImportId, { kind: Kind }>;
}

async function lookAtServer(
  { to, text, id }: Subject<"server">,
  { resources }: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const { host, port } = resources.get(to, "server");
  if (host.toLowerCase() !== id.host.toLowerCase() || port !== id.port) {
    throw otherThing(`${to} is written as ${host}, port ${port}, and its import names ${text}.`);
  }
  await using server = await openServerAt(to, resources, ports);
  const databases = (await server.databases({ signal: ports.signal })).filter(
    ({ isSystem }) => !isSystem,
  );
  return found(text, describe(databases, "database") + captured(databases));
}

/** By its place in Azure: the block has that place, Azure has such a server, and the login can sign in. */
async function lookAtAzureServer(
  { to, text, id }: Subject<"azure_server">,
  { resources }: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const written = placeOf(resources.get(to, "server"));
  if (written === undefined || !isSamePlace(written, id.place)) {
    throw otherThing(`${to} does not have in its block azure the place that ${text} names.`);
  }
  const { control, place } = await openAzureOf(to, resources, ports);
  await control.databases(place, { signal: ports.signal });
  await using server = await openServerAt(to, resources, ports);
  const databases = (await server.databases({ signal: ports.signal })).filter(
    ({ isSystem }) => !isSystem,
  );
  return found(text, describe(databases, "database") + captured(databases));
}

async function lookAtVault(
  { to, text, id }: Subject<"vault">,
  { resources, configuration, knownPoints }: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  requireSamePlace({ to, text, id }, resources, ports);
  const all = await pointsInVault({ address: to, resources }, ports);
  const addresses = [...new Set(all.flatMap(({ backupSet, server }) => [backupSet, server]))];
  // Each by itself: two old names of one object are no conflict here.
  const renames = addresses.flatMap((address) => [...renamesOf(configuration, [address]).renames]);
  const moved = new Map(renames);
  const points = all
    .filter((point) => !knownPoints.has(point.id))
    .map((point) => ({ ...renamePoint(point, moved), vault: to }));
  const listed = `${count(points.length, "recovery point")} that the catalog does not list yet`;
  const importing = { id: text, found: listed, points: points.length, renames };
  return { status: "found", importing, points };
}

function requireSamePlace(
  { to, text, id }: Subject<"vault">,
  resources: ResourceLookup,
  ports: ReadingPorts,
): void {
  const { storage } = resources.get(to, "vault");
  const isSame =
    storage.type === "local"
      ? !isNetworkAddress(id.place) &&
        ports.files.resolve(id.place) === ports.files.resolve(storage.path)
      : isNetworkAddress(id.place) && isSameContainer(id.place, storage);
  if (isSame) return;
  const written =
    storage.type === "local"
      ? `the folder ${storage.path}`
      : `the container ${storage.container} of ${storage.account_url}`;
  throw otherThing(`${to} is written as ${written}, and its import names ${text}.`);
}

function isSameContainer(
  place: string,
  storage: { readonly account_url: string; readonly container: string },
): boolean {
  const { account, accountUrl, container, prefix } = parseBlobAddress(place);
  if (container !== storage.container || prefix !== "") return false;
  const url = new URL(storage.account_url);
  if (accountUrl === undefined) return url.hostname.split(".")[0] === account;
  return new URL(accountUrl).href.replace(/\/$/, "") === url.href.replace(/\/$/, "");
}

async function lookAtDatabases(
  { to, text, id }: Subject<"databases">,
  { resources }: Surroundings,
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const set = resources.get(to, "backup_set");
  const address = set.server as Address;
  requireServer({ to, id }, address, resources);
  await using server = await openServerAt(address, resources, ports);
  const all = await server.databases({ signal: ports.signal });
  const named = existing({ all, id, text }, address);
  const covered = new Set(selectDatabases(all, set.databases).map(({ name }) => name));
  const left = named.filter(({ name }) => !covered.has(name));
  if (left.length > 0) {
    throw otherThing(
      `${to} does not cover ${left.map(({ name }) => name).join(", ")}, which its import names: check databases.include, exclude and system.`,
    );
  }
  return found(text, describe(named, "database") + captured(named));
}

function requireServer(
  { to, id }: Pick<Subject<"databases">, "to" | "id">,
  address: Address,
  resources: ResourceLookup,
): void {
  if (tryParseAddress(id.server) === address) return;
  const { host, port } = resources.get(address, "server");
  const place = tryParseHost(id.server);
  if (place?.host.toLowerCase() === host.toLowerCase() && place.port === port) return;
  throw otherThing(
    `${to} is written with databases of ${address}, and its import names ${id.server}.`,
  );
}

interface NamedDatabases {
  readonly all: readonly DatabaseFacts[];
  readonly id: Extract<ImportId, { kind: "databases" }>;
  readonly text: string;
}

/** The databases that the id means, each pattern at least one. A system database is meant by its own name only. */
function existing({ all, id, text }: NamedDatabases, server: Address): readonly DatabaseFacts[] {
  const isMeant = ({ name, isSystem }: DatabaseFacts, pattern: string): boolean =>
    matchesPattern(name, pattern) &&
    ((!isSystem && !looksLikeCopy(name)) || name.toLowerCase() === pattern.toLowerCase());
  const selection = { include: id.patterns, exclude: [], system: true };
  const missing = [
    ...missingNames(all, selection),
    ...id.patterns.filter(
      (pattern) => /[*?]/.test(pattern) && !all.some((database) => isMeant(database, pattern)),
    ),
  ];
  if (missing.length === 0) {
    return all.filter((database) => id.patterns.some((pattern) => isMeant(database, pattern)));
  }
  throw failure({
    code: "IMPORT_NOT_FOUND",
    summary: "Nothing to import",
    detail: `The id ${text} names ${missing.join(", ")}, and ${server} has no such database that this login can see. Nothing was planned. Correct the id, or grant the login the right to see it.`,
  });
}

function found(id: string, what: string): ImportFinding {
  return {
    status: "found",
    importing: { id, found: what, points: 0, renames: [] },
    points: [],
  };
}

/** How many names are written out. */
const NAMED = 5;

function describe(things: readonly { readonly name: string }[], noun: string): string {
  const names = things.slice(0, NAMED).map(({ name }) => name);
  const more = things.length > NAMED ? `, and ${things.length - NAMED} more` : "";
  const list = names.length === 0 ? "" : ` (${names.join(", ")}${more})`;
  return `${count(things.length, noun)}${list}`;
}

/** What a person enabled is told, and never changed. */
function captured(databases: readonly DatabaseFacts[]): string {
  const on = databases.filter(({ capturesChanges }) => capturesChanges === true);
  return on.length === 0 ? "" : `; change data capture is on in ${describe(on, "database")}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function otherThing(fact: string): DiagnosticError {
  return failure({
    code: "IMPORT_OTHER_THING",
    summary: "Import of something else",
    detail: `${fact} An import records what exists as it is, so both must name the same thing. Nothing was planned. Correct the one or the other.`,
  });
}
