import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../../core/kit/clock.ts";
import {
  type BlobInfo,
  type BlobName,
  type BlobStore,
  parseBlobName,
} from "../../../core/storage/blob-store.ts";
import { faulty } from "../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../core/storage/memory-store.ts";
import { type ProbeFinding, probeStore } from "../../../core/storage/probe-store.ts";
import { readOnly } from "../../../core/storage/read-only.ts";
import { createHandClock } from "../../support/hand-clock.ts";
import { seededBytes } from "../../support/vault.ts";

const { clock } = createHandClock();

function probe(store: BlobStore): Promise<readonly ProbeFinding[]> {
  return probeStore(store, { clock, randomBytes: seededBytes("doctor") });
}

function broken(findings: readonly ProbeFinding[]): readonly string[] {
  return findings.filter(({ verdict }) => verdict === "broken").map(({ promise }) => promise);
}

/** A memory store with some of its methods replaced by liars. */
function lying(lies: (store: BlobStore) => Partial<BlobStore>): BlobStore {
  const store = createMemoryStore(clock);
  const honest: BlobStore = {
    put: (...call) => store.put(...call),
    get: (...call) => store.get(...call),
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    remove: (...call) => store.remove(...call),
    setTier: (...call) => store.setTier(...call),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  return { ...honest, ...lies(store) };
}

async function* without(infos: AsyncIterable<BlobInfo>, lost: string): AsyncGenerator<BlobInfo> {
  for await (const info of infos) if (!info.name.endsWith(lost)) yield info;
}

test("a store that keeps its promises is found good and left empty", async () => {
  const store = createMemoryStore(clock);
  const findings = await probe(store);
  assert.deepEqual(broken(findings), []);
  assert.equal(findings.length, 8);
  assert.ok(findings.every(({ verdict }) => verdict === "kept"));
  assert.deepEqual(await Array.fromAsync(store.list("")), []);
});

const LIARS: readonly (readonly [string, BlobStore, string])[] = [
  [
    "replaces what is there",
    lying((store) => ({
      put: async (name, parts) => {
        await store.remove(name);
        return store.put(name, parts);
      },
    })),
    "keeps a blob when its name is taken",
  ],
  [
    "says that it wrote what it did not",
    lying((store) => ({
      put: async (name, parts) => {
        const head = await store.head(name);
        return head ?? store.put(name, parts);
      },
    })),
    "keeps a blob when its name is taken",
  ],
  [
    "looks first and writes then",
    lying((store) => ({
      put: async (name, parts) => {
        if ((await store.head(name)) !== undefined) return store.put(name, parts);
        await new Promise(setImmediate);
        await store.remove(name);
        return store.put(name, parts);
      },
    })),
    "lets one of many writers win",
  ],
  [
    "gives other bytes",
    lying((store) => ({
      get: async (name, options) => {
        const bytes = await store.get(name, options);
        return options?.span === undefined ? bytes : bytes.map((byte) => byte ^ 1);
      },
    })),
    "gives back the bytes, and any part of them",
  ],
  [
    "fills up what is past the end",
    lying((store) => ({
      get: async (name, options) => {
        const whole = await store.get(name);
        const { offset, length } = options?.span ?? { offset: 0, length: whole.length };
        return Buffer.concat([whole, Buffer.alloc(9)]).subarray(offset, offset + length);
      },
    })),
    "gives back the bytes, and any part of them",
  ],
  [
    "lists late",
    lying((store) => ({ list: (prefix) => without(store.list(prefix), "first") })),
    "tells at once what is there and what is not",
  ],
  [
    "dates backwards",
    lying((store) => ({
      head: async (name: BlobName) => {
        const info = await store.head(name);
        const shift = name.endsWith("second") ? 60_000 : 0;
        return info && { ...info, writtenAt: (info.writtenAt - shift) as Instant };
      },
    })),
    "lets its time go forward",
  ],
  [
    "does not remove",
    lying(() => ({ remove: async () => undefined })),
    "removes a blob for good, and frees its name",
  ],
];

for (const [title, store, promise] of LIARS) {
  test(`a store that ${title} is found out`, async () => {
    assert.ok(broken(await probe(store)).includes(promise), promise);
  });
}

test("a store that cannot be written is told once, and the rest is not tried", async () => {
  const findings = await probe(readOnly(createMemoryStore(clock)));
  assert.deepEqual(broken(findings), ["writes a blob"]);
  assert.equal(findings[0]?.code, "STORE_NOT_WRITABLE");
  assert.match(findings[0].detail, /opened for reading only/);
  assert.equal(findings.filter(({ verdict }) => verdict === "not tried").length, 7);
});

test("a probe that breaks at any call leaves nothing that the next one does not remove", async () => {
  for (let number = 1; number <= 40; number += 1) {
    const inner = createMemoryStore(clock);
    await probe(faulty(inner, (call) => (call.number === number ? "after" : "none")));
    const left = await Array.fromAsync(inner.list(""));
    assert.ok(left.every(({ name }) => name.startsWith("doctor/")));
    assert.ok(left.length <= 3, `call ${number}`);
  }
});

test("a probe removes what an older one left, and nothing else", async () => {
  const hand = createHandClock();
  const store = createMemoryStore(hand.clock);
  const names = ["doctor/dead/first", "config"].map((name) => parseBlobName(name));
  for (const name of names) await store.put(name, []);
  await hand.sleep(86_400_001, {});
  const young = parseBlobName("doctor/living/first");
  await store.put(young, []);
  await probeStore(store, { clock: hand.clock, randomBytes: seededBytes("doctor") });
  const left = await Array.fromAsync(store.list(""));
  assert.deepEqual(left.map(({ name }) => name).toSorted(), ["config", young]);
});

test("a probe stops when its signal aborts", async () => {
  const signal = AbortSignal.abort(new Error("stopped"));
  const options = { clock, randomBytes: seededBytes("doctor"), signal };
  await assert.rejects(probeStore(createMemoryStore(clock), options), /stopped/);
});
