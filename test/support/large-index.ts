import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startLane } from "../../cmd/wiring/start-lane.ts";
import { keepYoungSpaceSmall } from "../../cmd/wiring/young-memory.ts";
import { packName, parseBlobId } from "../../core/vault/format/blob-names.ts";
import { createChunkHasher } from "../../core/vault/format/chunk-id.ts";
import {
  ENTRY_SIZE,
  encodeDirectory,
  type PackEntry,
} from "../../core/vault/format/pack-directory.ts";
import { writeIndexes } from "../../core/vault/index/index-loader.ts";
import { loadKeyRing } from "../../core/vault/keys/open-key-ring.ts";
import { readConfig } from "../../core/vault/stored-config.ts";
import { type ByteSource, createVault, openVault } from "../../core/vault/vault.ts";
import type { VaultAccess } from "../../core/vault/vault-access.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { NATIVE_BLAKE3 } from "./native-blake3.ts";
import { randomChoices } from "./random-choices.ts";
import { pointFacts, TEST_KEY, vaultOptions } from "./vault.ts";

const SEGMENTS_A_PACK = 32;
const CHUNKS_A_SEGMENT = 16;
const CHUNK = 64 * 1024;
const PACK_SIZE = 64;
const STREAM_BYTES = 96 * 1024 * 1024;

// Started by index-memory.slow.ts: node large-index.ts fill DIRECTORY CHUNKS, then backup|verify|stats|packs DIRECTORY [LID].
const [action, directory = "", count = ""] = process.argv.slice(2);
// As every command does.
keepYoungSpaceSmall();
const blake3 = NATIVE_BLAKE3;
const store = createFolderStore(directory);
if (action === "fill") await fill(Number(count));
else if (action === "backup") await backUp(count === "" ? undefined : Number(count));
else await look(action, count === "" ? undefined : Number(count));

/** Index blobs as they are after so many chunks of 64 KiB. Of the packs there are only the sizes. */
async function fill(chunks: number): Promise<void> {
  await using _vault = await createVault(store, TEST_KEY, { ...vaultOptions("fill"), blake3 });
  const access = await openAccess();
  const draw = randomChoices(7);
  let packs: PackEntry[] = [];
  for (let made = 0; made < chunks; made += SEGMENTS_A_PACK * CHUNKS_A_SEGMENT) {
    packs.push(await makePack(access, draw));
    if (packs.length === 60) {
      await writeIndexes(access, packs, {});
      packs = [];
    }
  }
  await writeIndexes(access, packs, {});
}

async function makePack(access: VaultAccess, draw: (most: number) => number): Promise<PackEntry> {
  const id = parseBlobId(access.randomBytes(16));
  const path = join(directory, packName(id));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, new Uint8Array(PACK_SIZE));
  const words = Uint32Array.from(
    { length: SEGMENTS_A_PACK * CHUNKS_A_SEGMENT * (ENTRY_SIZE / 4) },
    () => draw(2 ** 32),
  );
  const entries = Buffer.from(words.buffer);
  for (let at = 0; at < entries.length; at += ENTRY_SIZE) {
    entries.writeUInt32BE(CHUNK, at + ENTRY_SIZE - 4);
  }
  const size = CHUNKS_A_SEGMENT * ENTRY_SIZE;
  const segments = Array.from({ length: SEGMENTS_A_PACK }, (_, at) => ({
    kind: "data" as const,
    offset: 32 + at,
    storedLength: 1,
    rawLength: CHUNKS_A_SEGMENT * CHUNK,
    chunks: entries.subarray(at * size, (at + 1) * size),
  }));
  return { id, epoch: 1, size: PACK_SIZE, directory: encodeDirectory(segments) };
}

async function openAccess(): Promise<VaultAccess> {
  const config = await readConfig(store);
  const ring = await loadKeyRing(store, { config, source: TEST_KEY }, {});
  const { chunkId } = config;
  const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3 });
  const { clock, randomBytes } = vaultOptions("packs");
  return { store, clock, ring, hash, randomBytes, chunkId, blake3, startLane: undefined };
}

/** Bytes that hardly compress, made in one place: the memory of this process is what is measured. */
function streamSource(): ByteSource {
  const words = new Uint32Array(16 * 1024);
  const bytes = new Uint8Array(words.buffer);
  let word = 1;
  let left = STREAM_BYTES;
  let rest = new Uint8Array();
  return {
    async read(into) {
      if (rest.length === 0 && left > 0) {
        for (let at = 0; at < words.length; at += 1) {
          word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
          words[at] = word ^ (word >>> 16);
        }
        rest = bytes;
        left -= bytes.length;
      }
      const some = rest.subarray(0, into.length);
      into.set(some);
      rest = rest.subarray(some.length);
      return some.length;
    },
  };
}

/** What looks through a vault and stores nothing. */
async function look(what: string | undefined, indexLid: number | undefined): Promise<void> {
  const seeded = vaultOptions(`look ${process.pid} ${Date.now()}`);
  await using vault = await openVault(store, TEST_KEY, { ...seeded, blake3, indexLid });
  const found: Record<string, number> = {};
  if (what === "verify") {
    const { chunks, problems } = await vault.verify();
    Object.assign(found, { chunks, problems: problems.length });
  } else if (what === "stats") {
    const { points, packs } = await vault.stats();
    Object.assign(found, { points, packs });
  } else {
    const [point] = (await vault.points()).points;
    found["packs"] = (await vault.packsOf(point?.id ?? "")).length;
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const milliseconds = Math.round(performance.now());
  process.stdout.write(JSON.stringify({ ...found, peakBytes, milliseconds }));
}

/** Stores a stream of 96 MiB twice, and reads it. */
async function backUp(indexLid: number | undefined): Promise<void> {
  const seeded = vaultOptions(`backup ${process.pid} ${Date.now()}`);
  const vault = await openVault(store, TEST_KEY, { ...seeded, blake3, startLane, indexLid });
  const times: number[] = [];
  const stored: number[] = [];
  let point = "";
  for (const _round of [1, 2]) {
    const started = performance.now();
    await using writer = await vault.beginPoint();
    times.push(Math.round(performance.now() - started));
    await writer.addStream({ path: "stream", kind: "stream" }, streamSource(), () => ({}));
    const { id, bytesStored } = await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
    stored.push(bytesStored);
    point = id;
  }
  await using reader = await vault.openPoint(point);
  let read = 0;
  const expected = streamSource();
  const wanted = new Uint8Array(64 * 1024);
  for await (const part of reader.readStretches("stream")) {
    for (let at = 0; at < part.length; ) {
      const length = await expected.read(wanted.subarray(0, part.length - at));
      const isSame =
        Buffer.compare(part.subarray(at, at + length), wanted.subarray(0, length)) === 0;
      if (!isSame) throw new Error("other bytes were read");
      at += length;
    }
    read += part.length;
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const milliseconds = Math.round(performance.now());
  process.stdout.write(JSON.stringify({ times, stored, read, peakBytes, milliseconds }));
}
