import assert from "node:assert/strict";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import { type BlobName } from "../../core/storage/blob-store.ts";
import { createVault, openVault } from "../../core/vault/vault.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  digests,
  memoryStore,
  type ObjectBytes,
  readPoint,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";

export interface SmallVault {
  readonly blobs: Blobs;
  readonly points: ReadonlyMap<string, ObjectBytes>;
}

/** Two points that share chunks, in a few kilobytes. */
export async function makeSmallVault(): Promise<SmallVault> {
  const random = seededBytes("small");
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const first = { schema: [random(40)], rows: [random(200), random(100)] };
  const second = { schema: first.schema, rows: [...first.rows, random(150)] };
  const points = new Map<string, ObjectBytes>();
  for (const objects of [first, second]) points.set((await addPoint(vault, objects)).id, objects);
  return { blobs: await blobsOf(store), points };
}

/** Opens the damaged vault and asserts that the damage is reported, and that no read gives other bytes than were written. */
export async function assertNoticed(
  small: SmallVault,
  damaged: Blobs,
  what: string,
): Promise<void> {
  const vault = await openVault(await storeOf(damaged), TEST_KEY, vaultOptions("read")).catch(
    (error: unknown) => {
      assert.ok(error instanceof DiagnosticError, `${what}: ${String(error)}`);
    },
  );
  if (vault === undefined) return;
  const { problems } = await vault.verify({ readData: 1 });
  assert.ok(problems.length > 0, `${what}: verify saw nothing`);
  const blamed = new Set(problems.flatMap(({ points }) => points));
  for (const [id, written] of small.points) {
    const isWhole: boolean = await readPoint(vault, id).then(
      (objects) => {
        assert.deepEqual(digests(objects), digests(written), `${what}: wrong bytes`);
        return true;
      },
      (error: unknown) => {
        assert.ok(error instanceof DiagnosticError, `${what}: ${String(error)}`);
        return false;
      },
    );
    assert.equal(blamed.has(id), !isWhole, `${what}: verify and restore disagree on ${id}`);
  }
}

/** The vault with one bit of one blob flipped. */
export function flip(blobs: Blobs, at: { name: BlobName; offset: number; bit: number }): Blobs {
  const bytes = Uint8Array.from(blobs.get(at.name) ?? []);
  bytes[at.offset] = (bytes[at.offset] ?? 0) ^ (1 << at.bit);
  return new Map([...blobs, [at.name, bytes]]);
}
