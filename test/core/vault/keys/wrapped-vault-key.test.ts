import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { keyName, parseBlobId } from "../../../../core/vault/format/blob-names.ts";
import { parseVaultConfig } from "../../../../core/vault/format/vault-config.ts";
import { createKeyBlob } from "../../../../core/vault/keys/key-ring.ts";
import { wrapVaultKey } from "../../../../core/vault/keys/wrapped-vault-key.ts";
import {
  createVault,
  type KeyWrapper,
  openVault,
  parseVaultKey,
  type VaultKeySource,
} from "../../../../core/vault/vault.ts";
import { RsaKeyWrapper } from "../../../support/rsa-key-wrapper.ts";
import {
  blobsOf,
  memoryStore,
  type ObjectBytes,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, countBlobs } from "../../../support/vault-content.ts";
import { NEW_KEY, rotate, vaultUnder } from "../../../support/vault-rotation.ts";
import { withCode } from "../../../support/with-code.ts";

const KEY = "https://contoso.vault.azure.net/keys/holdfast";
const random = seededBytes("wrapped");
const ROWS: ObjectBytes = { rows: [random(3000), random(200)] };

function open(store: BlobStore, source: VaultKeySource, seed = "open") {
  return openVault(store, source, vaultOptions(seed));
}

test("a vault under a key elsewhere opens with that key, and its own key stands nowhere", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const { store, points } = await vaultUnder(wrapper, ROWS);
  await assertHolds(await open(store, wrapper), points);
  assert.equal((await countBlobs(store))["keys"], 2);
  const [secret = new Uint8Array()] = wrapper.secrets;
  assert.equal(secret.length, 32);
  for (const bytes of (await blobsOf(store)).values()) {
    const blob = Buffer.from(bytes);
    for (const form of ["hex", "base64", "base64url", "latin1"] as const)
      assert.ok(!blob.includes(Buffer.from(secret).toString(form), 0, "latin1"));
  }
});

test("what an older version of the key wrapped opens, until the vault has a new key and the version may go", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const { store, points } = await vaultUnder(wrapper, ROWS);
  wrapper.addVersion();
  await assertHolds(await open(store, wrapper), points);
  const report = await rotate(store, [wrapper, wrapper]);
  assert.deepEqual(report, { epoch: 2, outcome: "rotated", removedWraps: 3, otherWraps: 0 });
  wrapper.disabled.add(`${KEY}/1`);
  await assertHolds(await open(store, wrapper), points);
  wrapper.disabled.add(`${KEY}/2`);
  await assert.rejects(open(store, wrapper), withCode("KEY_VAULT_KEY_UNUSABLE", `${KEY}/2`));
});

test("a vault goes from a key of the environment to one elsewhere and back, and only the last one opens it", async () => {
  const [one, other] = [new RsaKeyWrapper(KEY), new RsaKeyWrapper(`${KEY}-2`)];
  const { store, points } = await vaultUnder(TEST_KEY, ROWS);
  const way: readonly VaultKeySource[] = [TEST_KEY, one, other, NEW_KEY];
  for (const [at, to] of way.entries()) {
    const from = way[at - 1];
    if (from === undefined) continue;
    assert.equal((await rotate(store, [from, to], `way ${at}`)).outcome, "rotated");
    assert.equal((await rotate(store, [from, to], `way ${at}`)).outcome, "finished");
    await assertHolds(await open(store, to), points);
    await assert.rejects(open(store, from), withCode("VAULT_WRONG_KEY"));
  }
  // Of four epochs, under the last key alone.
  assert.equal((await countBlobs(store))["keys"], 4);
});

test("a wrong key tells which one would open the vault", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const other = new RsaKeyWrapper(`${KEY}-2`);
  const { store } = await vaultUnder(wrapper, ROWS);
  const before = await blobsOf(store);
  await assert.rejects(
    open(store, TEST_KEY),
    withCode("VAULT_WRONG_KEY", `key_vault_key = "${KEY}"`),
  );
  await assert.rejects(open(store, other), withCode("VAULT_WRONG_KEY", `opens with: ${KEY}.`));
  await assert.rejects(rotate(store, [other, NEW_KEY]), withCode("VAULT_WRONG_KEY"));
  await assert.rejects(rotate(store, [NEW_KEY, other]), withCode("VAULT_WRONG_KEY"));
  assert.deepEqual(await blobsOf(store), before);
  const { store: plain } = await vaultUnder(TEST_KEY, ROWS);
  await assert.rejects(open(plain, wrapper), withCode("VAULT_WRONG_KEY", "key_env or key_file"));
});

test("a blob of a wrapped key that is changed or belongs to another vault opens nothing", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const { store } = await vaultUnder(wrapper, ROWS);
  const isWrapped = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes("wrapped_by");
  const blobs = await blobsOf(store);
  const [name, bytes] = [...blobs].find(([, each]) => isWrapped(each)) ?? [];
  assert.ok(name !== undefined && bytes !== undefined);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const damaged = await storeOf(new Map([...blobs, [name, changed]]));
    await assert.rejects(open(damaged, wrapper), withCode("VAULT_CORRUPTED", name));
  }
  const foreign = memoryStore();
  await createVault(foreign, wrapper, vaultOptions("another vault"));
  const [, other = bytes] = [...(await blobsOf(foreign))].find(([, each]) => isWrapped(each)) ?? [];
  const mixed = await storeOf(new Map([...blobs, [name, other]]));
  await assert.rejects(open(mixed, wrapper), withCode("VAULT_WRONG_KEY"));
  const lost = await storeOf(new Map([...blobs].filter(([each]) => each !== name)));
  await assert.rejects(open(lost, wrapper), withCode("VAULT_WRONG_KEY"));
});

test("no vault is made under a key that does not give back what it wrapped", async () => {
  const store = memoryStore();
  const wrapper = new RsaKeyWrapper(KEY);
  wrapper.isBroken = (call) => call === "unwrap";
  const made = createVault(store, wrapper, vaultOptions());
  await assert.rejects(made, withCode("KEY_VAULT_UNREACHABLE"));
  const liar = { keyName: KEY, wrap: wrapper.wrap.bind(wrapper), unwrap: async () => random(32) };
  await assert.rejects(
    createVault(store, liar, vaultOptions()),
    withCode("KEY_VAULT_KEY_UNUSABLE"),
  );
  assert.deepEqual(await blobsOf(store), new Map());
});

test("two rotations at once to the same key elsewhere draw one new key", async () => {
  const { store: start, points } = await vaultUnder(TEST_KEY, ROWS);
  const blobs = await blobsOf(start);
  for (let pause = 0; pause < 16; pause += 1) {
    const store = await storeOf(blobs);
    const wrapper = new RsaKeyWrapper(KEY);
    let calls = 0;
    let second: Promise<boolean> = Promise.resolve(false);
    const end = (work: Promise<unknown>) =>
      work.then(
        () => true,
        () => false,
      );
    const watched = faulty(store, () => {
      calls += 1;
      if (calls === pause + 1) second = end(rotate(store, [TEST_KEY, wrapper], "second"));
      return "none";
    });
    const first = await end(rotate(watched, [TEST_KEY, wrapper], "first"));
    assert.ok((await second) || first, `pause ${pause}: both failed`);
    await assertHolds(await open(store, wrapper), points);
  }
});

test("a key elsewhere that gives no answer stops a rotation before anything is lost", async () => {
  const [one, other] = [new RsaKeyWrapper(KEY), new RsaKeyWrapper(`${KEY}-2`)];
  for (const broken of [1, 2, 3]) {
    const { store, points } = await vaultUnder(one, ROWS);
    let calls = 0;
    const isBroken = (): boolean => {
      calls += 1;
      return calls === broken;
    };
    Object.assign(one, { isBroken });
    Object.assign(other, { isBroken });
    await assert.rejects(rotate(store, [one, other]), withCode("KEY_VAULT_UNREACHABLE"));
    await assertHolds(await open(store, one), points);
    await rotate(store, [one, other]);
    await assertHolds(await open(store, other), points);
  }
});

test("a second key that somebody else had wrapped for the vault is refused", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const { store } = await vaultUnder(wrapper, ROWS);
  const config = [...(await blobsOf(store))].filter(([name]) => name === "config");
  const planted = await storeOf(new Map(config));
  // What an attacker can do who knows the vault's config and the public half of the key, and no secret.
  const own = parseVaultConfig(config[0]?.[1] ?? new Uint8Array());
  const key = parseVaultKey("bad".padEnd(64, "0"));
  const epoch = createKeyBlob(own, key, seededBytes("attacker"));
  const blob = await wrapVaultKey(key, { config: own, wrapper, replaces: "" }, {});
  for (const [name, bytes] of [
    [epoch.id, epoch.bytes],
    [parseBlobId(seededBytes("name")(16)), blob],
  ] as const) {
    await store.put(keyName(name), [bytes]);
    await planted.put(keyName(name), [bytes]);
  }
  await assert.rejects(open(store, wrapper), withCode("VAULT_CORRUPTED", "not of this vault"));
  // Alone it looks like a vault of its own: the threat model says so.
  await open(planted, wrapper);
});

test("whoever waits for a key elsewhere can be stopped", async () => {
  const wrapper = new RsaKeyWrapper(KEY);
  const { store } = await vaultUnder(wrapper, ROWS);
  const stopped = AbortSignal.abort();
  const slow: KeyWrapper = {
    keyName: KEY,
    wrap: async (_secret, options = {}) => {
      options.signal?.throwIfAborted();
      return assert.fail("no signal");
    },
    unwrap: async (_wrapped, options = {}) => {
      options.signal?.throwIfAborted();
      return assert.fail("no signal");
    },
  };
  const options = { ...vaultOptions("stopped"), signal: stopped };
  await assert.rejects(openVault(store, slow, options), { name: "AbortError" });
  await assert.rejects(createVault(memoryStore(), slow, options), { name: "AbortError" });
});
