import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { BlobName, BlobStore } from "../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import { MAX_TOMBSTONE_SIZE } from "../../core/vault/collect/signs.ts";
import { openVault, type Vault } from "../../core/vault/vault.ts";
import { HOUR, type TurnedClock, turnedClock } from "./turned-clock.ts";
import {
  addPoint,
  type Blobs,
  type ObjectBytes,
  readPoint,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { withCode } from "./with-code.ts";
import type { StoredVault } from "./worn-vault.ts";

/** Which bit of which blob is turned. */
export interface Flip {
  readonly name: BlobName;
  readonly offset: number;
  readonly bit: number;
}

interface FlippedVault {
  readonly store: BlobStore;
  readonly clock: TurnedClock;
  readonly name: BlobName;
  readonly points: StoredVault["points"];
  readonly offset: number;
}

type Judge = (flipped: FlippedVault) => Promise<void>;

/**
 * What must come of a changed bit, by the first word of the blob's name.
 */
const JUDGES: Readonly<Record<string, Judge>> = {
  config: opensNothing,
  keys: opensNothing,
  packs: isNamedByVerify,
  index: isNamedByVerify,
  points: isNamedByVerify,
  garbage: isTakenAway,
  leases: onlyDelays,
  removed: changesNothing,
  verified: changesNothing,
};

/** Opens the vault with the bit turned, and sees to it that the damage is named where it matters, and nothing wrong is read. */
export async function assertJudged({ blobs, points }: StoredVault, flip: Flip): Promise<void> {
  const { name, offset, bit } = flip;
  const clock = turnedClock();
  clock.turn(2 * HOUR);
  const store = createMemoryStore(clock);
  for (const [each, bytes] of blobs)
    await store.put(each, [each === name ? flipped(bytes, flip) : bytes]);
  const [kind = "", id] = name.split("/");
  const isHidden = kind === "points" && blobs.keys().some((each) => each === `removed/${id}`);
  const isTombstone = kind === "points" && (blobs.get(name)?.length ?? 0) <= MAX_TOMBSTONE_SIZE;
  const ofPoint = isTombstone ? staysATombstone : JUDGES[kind];
  const judge = isHidden ? delaysItsBurial : ofPoint;
  assert.ok(judge !== undefined, `no judge of ${name}`);
  try {
    await judge({ store, clock, name, points, offset });
  } catch (cause) {
    throw new Error(`bit ${bit} of byte ${offset} of ${name}`, { cause });
  }
}

function flipped(bytes: Uint8Array, { offset, bit }: Flip): Uint8Array {
  return bytes.with(offset, (bytes[offset] ?? 0) ^ (1 << bit));
}

function open(store: BlobStore, seed = "read"): Promise<Vault> {
  return openVault(store, TEST_KEY, vaultOptions(seed));
}

function digestOf(objects: ObjectBytes): string {
  const hash = createHash("sha256");
  for (const [path, chunks] of Object.entries(objects))
    hash.update(path).update(Buffer.concat(chunks));
  return hash.digest("hex");
}

/** Who cannot read a config or a key reads nothing, and is told which blob it is. */
async function opensNothing({ store, name }: FlippedVault): Promise<void> {
  await assert.rejects(open(store), withCode("VAULT_CORRUPTED", name));
}

/** Verify names the blob, and the points that it says are lost are those that cannot be read. */
async function isNamedByVerify({ store, name, points }: FlippedVault): Promise<void> {
  const vault = await open(store);
  const { problems } = await vault.verify({ readData: 1 });
  assert.ok(
    problems.some(({ blob }) => blob === name),
    "verify did not name the blob",
  );
  const blamed = new Set(problems.flatMap(({ points: ids }) => ids));
  for (const [id, written] of points) {
    const isWhole: boolean = await readPoint(vault, id).then(
      (found) => {
        assert.equal(digestOf(found), digestOf(written), "wrong bytes");
        return true;
      },
      (error: unknown) => {
        assert.ok(error instanceof DiagnosticError, String(error));
        return false;
      },
    );
    assert.equal(blamed.has(id), !isWhole, `verify and restore disagree on ${id}`);
  }
}

async function assertAllReads(vault: Vault, points: StoredVault["points"]): Promise<void> {
  const listed = (await vault.points()).points.map(({ id }) => id);
  assert.deepEqual(listed.toSorted(), [...points.keys()].toSorted());
  for (const [id, written] of points)
    assert.equal(digestOf(await readPoint(vault, id)), digestOf(written));
}

async function packsOf(store: BlobStore): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list("packs/"))).map(({ name }) => name).toSorted();
}

/** Bytes of a header that repeat what the blob's name says. */
const KNOWN_HEADER = 28;

/**
 * A mark says on which packs no writer may rely: who cannot read it relies on none. Backups go on, verify names it, the
 * next collection takes it away, and in the end nothing is left over.
 */
async function isTakenAway({ store, clock, name, points, offset }: FlippedVault): Promise<void> {
  const vault = await open(store);
  const before = await packsOf(store);
  const isLost = offset >= KNOWN_HEADER;
  const { problems } = await vault.verify({ readData: 1 });
  assert.deepEqual(
    problems.map(({ blob }) => blob),
    isLost ? [name] : [],
  );
  const [[id, objects] = ["", {}]] = points;
  const again = await addPoint(vault, objects);
  assert.equal((await packsOf(store)).length, before.length + (isLost ? 1 : 0));
  const all = new Map([...points, [again.id, objects]]);
  assert.equal((await vault.collect()).clearedMarks, isLost ? 1 : 0);
  assert.equal((await store.head(name)) === undefined, isLost);
  // The writer that was at work may rely on each of them.
  assert.ok(new Set(await packsOf(store)).isSupersetOf(new Set(before)));
  await assertAllReads(vault, all);
  clock.turn(2 * HOUR);
  await vault.collect();
  await assertAllReads(vault, all);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  for (const point of all.keys()) await vault.removePoint(point);
  for (let round = 0; round < 2; round += 1) await vault.collect();
  for (const prefix of ["packs/", "garbage/", "leases/", "removed/"])
    assert.deepEqual(await Array.fromAsync(store.list(prefix)), [], `${prefix} after ${id}`);
}

/** What it says is known from its name, so all but one byte are enough: the name stays taken. */
async function staysATombstone({ name, ...flipped }: FlippedVault): Promise<void> {
  await changesNothing({ name, ...flipped });
  assert.ok(await flipped.store.head(name), "the name of the ended writer became free");
}

/**
 * A lease that cannot be read counts as that of a writer that has seen no mark, which is who a collection waits for longest.
 * So nothing goes before its time, and after it the lease goes, too. Nobody but collections reads leases.
 */
async function onlyDelays({ store, clock, points }: FlippedVault): Promise<void> {
  const vault = await open(store);
  const before = await packsOf(store);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  await vault.collect();
  assert.deepEqual(await packsOf(store), before);
  await assertAllReads(vault, points);
  clock.turn(2 * HOUR);
  await vault.collect();
  await assertAllReads(vault, points);
  assert.deepEqual(await Array.fromAsync(store.list("leases/")), []);
}

/**
 * The manifest of a point that is removed already, and that somebody still reads: nobody else opens it. A collection that
 * cannot read what the reader needs removes nothing; once the reader is gone it does not ask any more.
 */
async function delaysItsBurial({ store, clock, name, points }: FlippedVault): Promise<void> {
  const vault = await open(store);
  const before = await packsOf(store);
  await assertAllReads(vault, points);
  await assert.rejects(vault.collect(), withCode("VAULT_CORRUPTED", name));
  assert.deepEqual(await packsOf(store), before);
  clock.turn(2 * HOUR);
  await vault.collect();
  assert.equal(await store.head(name), undefined);
  await assertAllReads(vault, points);
}

/**
 * A note hides the point that its name says, and holds nothing. A record of verification only says which packs can be read
 * later: without it they are read sooner.
 */
async function changesNothing({ store, clock, points }: FlippedVault): Promise<void> {
  const vault = await open(store);
  await assertAllReads(vault, points);
  const { problems } = await vault.verify({ readData: 0.01 });
  assert.deepEqual(problems, []);
  clock.turn(2 * HOUR);
  await vault.collect();
  await assertAllReads(vault, points);
}

/** Every so many-th bit of every blob. */
export function* flipsOf(blobs: Blobs, every: number): Generator<Flip> {
  let count = 0;
  for (const [name, { length }] of blobs) {
    for (let place = 0; place < length * 8; place += 1) {
      count += 1;
      if (count % every === 0) yield { name, offset: place >> 3, bit: place & 7 };
    }
  }
}
