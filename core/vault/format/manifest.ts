import { type ManifestDocument, manifestSchema } from "../../../schemas/manifest.ts";
import { tryParseAddress } from "../../address/address.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type {
  AddedBytes,
  PointFacts,
  StoredObject,
  StoredPoint,
} from "../contract/stored-point.ts";
import { fetchBlob } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type BlobId, pointName } from "./blob-names.ts";
import { decodeChanges, encodeChanges } from "./change-place.ts";
import { formatChunkId, parseChunkId } from "./chunk-id.ts";
import { Damage } from "./damage.ts";
import type { ListingRoot } from "./listing.ts";
import { decodePlace, encodePlace } from "./log-place.ts";
import { openBlob, sealBlob } from "./sealed-blob.ts";

/** An object of a point and where its list of chunks begins. */
export interface ManifestObject {
  readonly object: StoredObject;
  /** Undefined for an object without chunks. */
  readonly root: ListingRoot | undefined;
}

export interface Manifest {
  readonly id: BlobId;
  readonly facts: PointFacts;
  readonly objects: readonly ManifestObject[];
  /** Bytes of packs and indexes. */
  readonly bytesStored: number;
  readonly added: AddedBytes | null;
}

/** What a manifest says of itself: all but when it was put. */
export type ManifestPoint = Omit<StoredPoint, "storedAt">;

/** Of format 3. */
const LATE_KINDS: ReadonlySet<StoredObject["kind"]> = new Set([
  "changes",
  "commits",
  "certificate",
]);

type DocumentRoot = NonNullable<ManifestDocument["objects"][number]["root"]>;

/** Makes the point visible: durable when it resolves. */
export async function writeManifest(
  access: VaultAccess,
  manifest: Manifest,
  options: Abortable,
): Promise<StoredPoint> {
  const raw = Buffer.from(JSON.stringify(encodeManifest(manifest)));
  const parts = await sealBlob(access.ring, { kind: "manifest", id: manifest.id }, raw);
  const { size, writtenAt } = await access.store.put(pointName(manifest.id), parts, options);
  return { ...toPoint(manifest, size), storedAt: writtenAt };
}

/** Throws Damage. */
export async function readManifest(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<{ readonly manifest: Manifest; readonly point: ManifestPoint }> {
  const name = pointName(id);
  const bytes = await fetchBlob(access.store, name, { signal: options.signal });
  const raw = await openBlob(access.ring, { kind: "manifest", id, name }, bytes);
  const document = manifestSchema.safeParse(JSON.parse(Buffer.from(raw).toString("utf8")));
  if (!document.success || document.data.id !== id) {
    throw new Damage(name, "holds no manifest that this version can read", {
      cause: document.error,
    });
  }
  const manifest = decodeManifest(id, document.data);
  return { manifest, point: toPoint(manifest, bytes.length) };
}

function toPoint(manifest: Manifest, manifestSize: number): ManifestPoint {
  const objects = manifest.objects.map(({ object }) => object);
  return {
    id: manifest.id,
    facts: manifest.facts,
    objects,
    bytesRead: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    bytesStored: manifest.bytesStored + manifestSize,
    added: manifest.added,
  };
}

function encodeManifest({ id, facts, objects, bytesStored, added }: Manifest): ManifestDocument {
  return {
    format: formatOf(facts, objects),
    id,
    facts: {
      backup_set: facts.backupSet,
      server: facts.server,
      database: facts.database,
      type: facts.type,
      method: facts.method,
      trigger: facts.trigger,
      consistency: facts.consistency,
      started_at: facts.startedAt,
      created_at: facts.createdAt,
      base: facts.base,
      converted_from: facts.convertedFrom,
      conversion_reason: facts.conversionReason,
      ...(facts.place === undefined ? {} : { place: encodePlace(facts.place) }),
      ...(facts.changes === undefined ? {} : { changes: encodeChanges(facts.changes) }),
      ...(facts.notes === undefined ? {} : { notes: [...facts.notes] }),
    },
    bytes_read: objects.reduce((sum, { object }) => sum + object.bytes, 0),
    bytes_stored: bytesStored,
    ...(added === null ? {} : { added: { ...added } }),
    objects: objects.map(({ object, root }) => ({
      ...object,
      root: root === undefined ? null : encodeRoot(root),
    })),
  };
}

/** The oldest format that can say it, so that older programs read what they understand. */
function formatOf(
  { changes, notes }: PointFacts,
  objects: readonly ManifestObject[],
): ManifestDocument["format"] {
  if (notes !== undefined) return 5;
  if (objects.some(({ root }) => root?.entries === "groups")) return 4;
  if (changes !== undefined || objects.some(({ object }) => LATE_KINDS.has(object.kind))) return 3;
  return objects.every(({ root }) => root === undefined || root.entries === "chunks") ? 1 : 2;
}

function encodeRoot({ id, length, depth, entries }: ListingRoot): DocumentRoot {
  const root = { id: formatChunkId(id), length, depth };
  return entries === "chunks" ? root : { ...root, entries };
}

function decodeRoot({ id, entries, ...root }: DocumentRoot): ListingRoot {
  return { ...root, entries: entries ?? "chunks", id: parseChunkId(Buffer.from(id, "hex")) };
}

function decodeManifest(id: BlobId, { facts, ...document }: ManifestDocument): Manifest {
  const backupSet = tryParseAddress(facts.backup_set);
  const server = tryParseAddress(facts.server);
  if (backupSet === undefined || server === undefined) {
    throw new Damage(pointName(id), "names no backup set or server");
  }
  return {
    id,
    facts: {
      backupSet,
      server,
      database: facts.database,
      type: facts.type,
      method: facts.method,
      trigger: facts.trigger,
      consistency: facts.consistency,
      startedAt: facts.started_at,
      createdAt: facts.created_at,
      base: facts.base,
      convertedFrom: facts.converted_from,
      conversionReason: facts.conversion_reason,
      ...(facts.place === undefined ? {} : { place: decodePlace(facts.place) }),
      ...(facts.changes === undefined ? {} : { changes: decodeChanges(facts.changes) }),
      ...(facts.notes === undefined ? {} : { notes: facts.notes }),
    },
    objects: document.objects.map(({ root, ...object }) => ({
      object,
      root: root === null ? undefined : decodeRoot(root),
    })),
    bytesStored: document.bytes_stored,
    added: document.added ?? null,
  };
}
