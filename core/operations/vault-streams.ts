import { formatAddress } from "../address/address.ts";
import { tellStoredAnew } from "../backup/tell-stored-anew.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { BlobStore, RehydratePriority } from "../storage/blob-store.ts";
import { prefixed } from "../storage/prefixed.ts";
import type { ByteSource, PointFacts, StoredPoint, Vault } from "../vault/vault.ts";
import { isNetworkAddress, parseBlobAddress } from "./blob-address.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { containerByEnvironment } from "./environment-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import { requireReadable } from "./require-readable.ts";
import { readSecret } from "./secrets.ts";
import { requireTrustedBlobHost } from "./trusted-blob-host.ts";
import { writeStretches } from "./write-stretches.ts";

/** The only object of a named stream, and the addresses that no configuration has: `vault` is no kind of server or set. */
const OBJECT = "stream";
export const STREAM_SET = formatAddress("backup_set", "vault-streams");
const SERVER = formatAddress("server", "vault-streams");

const KEY_VARIABLE = "HOLDFAST_VAULT_KEY";
const MAX_NAME = 200;

/** A stream of bytes that is kept in a vault under a name of the user's. */
export interface NamedStream {
  readonly name: string;
  readonly point: StoredPoint;
}

/** Takes the bytes of a stream in order; they may be overwritten once it resolves. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/** Loaded with the first vault: its schemas cost a command without one 50 ms. */
const vaultRoom = () => import("../vault/vault.ts");

/** Makes a vault in a folder or a container: VAULT_EXISTS. */
export async function initStreamVault(directory: string, ports: ReadingPorts): Promise<void> {
  const { createVault, parseVaultKey } = await vaultRoom();
  const key = parseVaultKey(await readStreamKey(ports));
  await using _vault = await createVault(await openStreamStore(directory, ports), key, ports);
}

/** A stream, and how many bytes it has where that is known. */
export interface SizedSource extends ByteSource {
  readonly size?: number | undefined;
}

/** Keeps a stream under a name: VAULT_STREAM_EXISTS when the name is taken. */
export async function putStream(
  { directory, name }: { readonly directory: string; readonly name: string },
  source: SizedSource,
  ports: ReadingPorts,
): Promise<NamedStream> {
  requireName(name);
  await using vault = await openStreamVault(directory, ports);
  const streams = await requireFree(vault, name, ports);
  const { clock, host, signal } = ports;
  const startedAt = clock.now();
  const similar = streams.toReversed().map(({ point }) => point.id);
  await using writer = await vault.beginPoint({ signal, similar, expectedBytes: source.size });
  tellStoredAnew(writer, host);
  const progress = new TaskProgress({ task: "put", subject: name }, ports);
  progress.begin("store", { unit: "bytes", total: source.size ?? null });
  const read = async (into: Uint8Array): Promise<number> => {
    const length = await source.read(into);
    progress.add(length);
    return length;
  };
  await writer.addStream({ path: OBJECT, kind: "stream" }, { read }, () => ({}));
  progress.begin("commit");
  // Another command may have stored the name meanwhile. Two that commit at the same moment are told apart by `getStream`.
  await requireFree(vault, name, ports);
  const facts = factsOf(name, { startedAt, createdAt: clock.now() });
  return { name, point: await writer.commit(facts, { signal }) };
}

export interface StreamToGet {
  readonly directory: string;
  readonly name: string;
  /** Has what is archived brought back, and ends then. */
  readonly rehydrate?: RehydratePriority | undefined;
}

/** Gives the bytes of a stream to `write`, all of them verified: VAULT_STREAM_NOT_FOUND. */
export async function getStream(
  { directory, name, rehydrate }: StreamToGet,
  write: WriteBytes,
  ports: ReadingPorts,
): Promise<void> {
  await using vault = await openStreamVault(directory, ports);
  const streams = await streamsIn({ vault, directory }, ports);
  const [found, other] = streams.filter((stream) => stream.name === name);
  if (found === undefined) throw streamNotFound(name);
  if (other !== undefined) throw streamAmbiguous(name);
  const { signal } = ports;
  await requireReadable(vault, { point: found.point.id, rehydrate }, ports);
  const { id, bytesRead } = found.point;
  await using reader = await vault.openPoint(id, { signal, expectedBytes: bytesRead });
  const progress = new TaskProgress({ task: "get", subject: name }, ports);
  progress.begin("read", { unit: "bytes", total: reader.point.bytesRead });
  const { lentStretches: lent } = reader;
  const stretches = reader.readStretches(OBJECT, { signal });
  await writeStretches({ stretches, lent }, async (bytes) => {
    await write(bytes);
    progress.add(bytes.length);
  });
}

/** Oldest first. */
export async function listStreams(
  directory: string,
  ports: ReadingPorts,
): Promise<readonly NamedStream[]> {
  await using vault = await openStreamVault(directory, ports);
  return await streamsIn({ vault, directory }, ports);
}

/** Opens the vault of a folder or a container with the key of the environment. */
export async function openStreamVault(directory: string, ports: ReadingPorts): Promise<Vault> {
  const { openVault, parseVaultKey } = await vaultRoom();
  const key = parseVaultKey(await readStreamKey(ports));
  return openVault(await openStreamStore(directory, ports), key, ports);
}

/**
 * The store of a folder, or of an address in Azure Blob Storage. STORE_UNSUPPORTED, STORE_HOST_NOT_TRUSTED,
 * STORE_SIGN_IN_FAILED.
 */
export async function openStreamStore(place: string, ports: ReadingPorts): Promise<BlobStore> {
  if (!isNetworkAddress(place)) return ports.openFolderStore(ports.files.resolve(place));
  const address = parseBlobAddress(place);
  const container = containerByEnvironment(address, ports);
  // What the connection string says comes from the environment.
  if (address.accountUrl !== undefined) requireTrustedBlobHost(container, ports);
  const store = await ports.openBlobContainer(container);
  return address.prefix === "" ? store : prefixed(store, address.prefix);
}

export function readStreamKey(ports: ReadingPorts): Promise<string> {
  const place = { environment: KEY_VARIABLE, file: null, purpose: "the key of the vault" };
  return readSecret(place, ports);
}

/** The named streams of a vault, oldest first. Warns of points that cannot be read. */
export async function streamsIn(
  { vault, directory }: { readonly vault: Vault; readonly directory: string },
  ports: ReadingPorts,
): Promise<readonly NamedStream[]> {
  const { points, damaged } = await vault.points({ signal: ports.signal });
  tellDamagedPoints(damaged, directory, ports);
  return toStreams(points);
}

function toStreams(points: readonly StoredPoint[]): readonly NamedStream[] {
  return points.filter(isNamedStream).map((point) => ({ name: point.facts.database, point }));
}

/** Whether a point is a stream that `vault put` stored, and no backup. */
export function isNamedStream({ facts, objects }: StoredPoint): boolean {
  const [object] = objects;
  return facts.backupSet === STREAM_SET && facts.method === "files" && object?.path === OBJECT;
}

function factsOf(
  name: string,
  times: { readonly startedAt: number; readonly createdAt: number },
): PointFacts {
  return {
    ...times,
    backupSet: STREAM_SET,
    server: SERVER,
    database: name,
    type: "full",
    method: "files",
    trigger: "manual",
    consistency: "transactional",
    base: null,
    convertedFrom: null,
    conversionReason: null,
  };
}

/** The streams of the vault, oldest first, none of which has the name. VAULT_STREAM_EXISTS. */
async function requireFree(
  vault: Vault,
  name: string,
  ports: ReadingPorts,
): Promise<readonly NamedStream[]> {
  const { points } = await vault.points({ signal: ports.signal });
  const streams = toStreams(points);
  if (streams.some((stream) => stream.name === name)) throw streamExists(name);
  return streams;
}

function requireName(name: string): void {
  if (name !== "" && name.length <= MAX_NAME && !/\p{Cc}/u.test(name)) return;
  throw failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `A stream needs a name of 1 to ${MAX_NAME} characters without line breaks and other control characters.`,
  });
}

function streamExists(name: string): DiagnosticError {
  return failure({
    code: "VAULT_STREAM_EXISTS",
    summary: "Stream exists already",
    detail: `The vault holds a stream ${name} already. It was left as it is, and nothing was stored under the name: choose another one.`,
  });
}

function streamNotFound(name: string): DiagnosticError {
  return failure({
    code: "VAULT_STREAM_NOT_FOUND",
    summary: "Stream not found",
    detail: `The vault holds no stream ${name}. List those that it holds:\n\n    holdfast vault list DIR`,
  });
}

function streamAmbiguous(name: string): DiagnosticError {
  return failure({
    code: "VAULT_STREAM_EXISTS",
    summary: "Stream exists twice",
    detail: `Two commands stored a stream ${name} at the same moment, so the name does not say which one is meant. Nothing was given out.`,
  });
}
