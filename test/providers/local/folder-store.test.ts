import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { examineVaults } from "../../../core/operations/doctor.ts";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { explainFileError } from "../../../providers/local/file-failure.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { publishByClaim, publishFile } from "../../../providers/local/publish-file.ts";
import { testPlainStore } from "../../conformance/blob-store.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const NAME = parseBlobName("packs/ab/abcd");

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "holdfast-folder-store-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

testPlainStore("a folder store", async () => {
  const folder = await temporaryFolder();
  const store = createFolderStore(join(folder.path, "made", "by", "put"));
  return { store, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

testPlainStore("a folder store on a file system without hard links", async () => {
  const folder = await temporaryFolder();
  const store = createFolderStore(folder.path, publishByClaim);
  return { store, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

test("parts of a blob that another process removed, and this one wrote anew, are of the new one", async () => {
  await using folder = await temporaryFolder();
  await using store = createFolderStore(folder.path);
  await store.put(NAME, [Buffer.from("old")]);
  const span = { offset: 0, length: 3 };
  assert.equal(Buffer.from(await store.get(NAME, { span })).toString(), "old");
  await createFolderStore(folder.path).remove(NAME);
  await store.put(NAME, [Buffer.from("new")]);
  assert.equal(Buffer.from(await store.get(NAME, { span })).toString(), "new");
});

test("a folder store keeps a blob in the file of its name, for the owner only", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "vault");
  await createFolderStore(root).put(NAME, [Buffer.from("abc")]);
  assert.equal((await stat(join(root, "packs", "ab", "abcd"))).size, 3);
  if (process.platform === "win32") return;
  assert.equal((await stat(join(root, "packs", "ab", "abcd"))).mode & 0o777, 0o600);
  for (const path of [root, join(root, "packs"), join(root, "packs", "ab")]) {
    assert.equal((await stat(path)).mode & 0o777, 0o700);
  }
});

test("a folder store leaves no temporary file, whether a put works or not", async () => {
  for (const publish of [publishFile, publishByClaim]) {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path, publish);
    await store.put(NAME, [Buffer.from("abc")]);
    await assert.rejects(store.put(NAME, [Buffer.from("abc")]), withCode("STORE_EXISTS"));
    assert.deepEqual(await readdir(join(folder.path, ".tmp")), []);
  }
});

test("a folder store sweeps temporary files of a dead process and keeps young ones", async () => {
  await using folder = await temporaryFolder();
  await createFolderStore(folder.path).put(NAME, []);
  const temporaries = join(folder.path, ".tmp");
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const name of ["old", "young"]) await writeFile(join(temporaries, name), "half a pack");
  await utimes(join(temporaries, "old"), twoDaysAgo, twoDaysAgo);
  await createFolderStore(folder.path).put(parseBlobName("config"), []);
  assert.deepEqual(await readdir(temporaries), ["young"]);
});

test("a folder store does not list files that are no blobs", async () => {
  await using folder = await temporaryFolder();
  const store = createFolderStore(folder.path);
  await store.put(NAME, []);
  for (const name of [".DS_Store", "Thumbs.db", "lost+found"]) {
    await writeFile(join(folder.path, "packs", name), "");
  }
  const listed = await Array.fromAsync(store.list(""));
  assert.deepEqual(
    listed.map(({ name }) => name),
    [NAME],
  );
});

test("a folder store under a file says that it cannot be written", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await writeFile(file, "");
  const store = createFolderStore(join(file, "vault"));
  await assert.rejects(store.put(NAME, []), withCode("STORE_NOT_WRITABLE"));
  assert.equal(await store.head(NAME), undefined);
});

const isRoot = process.getuid?.() === 0;
test("a folder without the right to write says so", {
  skip: isRoot && "root may write",
}, async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o500);
  const store = createFolderStore(folder.path);
  await assert.rejects(store.put(NAME, []), withCode("STORE_NOT_WRITABLE"));
});

test("an error of the file system becomes the code that tells what to do", () => {
  const cases = [
    ["write", "ENOSPC", "STORE_FULL"],
    ["write", "EDQUOT", "STORE_FULL"],
    ["write", "EROFS", "STORE_NOT_WRITABLE"],
    ["write", "EACCES", "STORE_NOT_WRITABLE"],
    ["write", "EIO", "STORE_FAILED"],
    ["read", "EACCES", "STORE_NOT_READABLE"],
    ["read", "ENOENT", "STORE_NOT_FOUND"],
    ["read", "EIO", "STORE_FAILED"],
  ] as const;
  for (const [kind, errno, code] of cases) {
    const error = Object.assign(new Error(errno), { code: errno, syscall: "call" });
    const { diagnostic } = explainFileError(error, { kind, name: "config", folder: "vault" });
    assert.equal(diagnostic.code, code, `${kind} ${errno}`);
  }
});

for (const publish of [publishFile, publishByClaim]) {
  test(`a folder store removes a folder with its last blob (${publish.name})`, async () => {
    await using folder = await temporaryFolder();
    const store = createFolderStore(folder.path, publish);
    const [lease, other] = ["leases/a/1", "leases/b/1"].map(parseBlobName);
    assert.ok(lease && other);
    await store.put(lease, []);
    await store.put(other, []);
    await store.remove(lease);
    assert.deepEqual(await readdir(join(folder.path, "leases")), ["b"]);
    await store.remove(other);
    assert.deepEqual(await readdir(folder.path), [".tmp"]);
    await store.put(lease, [Buffer.from("again")]);
    assert.equal((await store.get(lease)).length, 5);
  });

  test(`a put whose folder is removed at the last moment makes it again (${publish.name})`, async () => {
    await using folder = await temporaryFolder();
    const remover = createFolderStore(folder.path, publish);
    const last = parseBlobName("leases/a/last");
    let turns = 0;
    const interrupted = async (temporary: string, final: string): Promise<void> => {
      turns += 1;
      if (turns <= 3) await remover.remove(last);
      if (turns === 2) await remover.put(last, []);
      return publish(temporary, final);
    };
    await remover.put(last, []);
    const store = createFolderStore(folder.path, interrupted);
    const name = parseBlobName("leases/a/next");
    await store.put(name, [Buffer.from("abc")]);
    assert.equal((await store.head(name))?.size, 3);
    assert.equal(turns, 2);
    assert.deepEqual(await readdir(join(folder.path, ".tmp")), []);
  });

  test(`puts and removes of many processes in one folder lose nothing (${publish.name})`, async () => {
    await using folder = await temporaryFolder();
    const work = async (writer: number): Promise<void> => {
      const store = createFolderStore(folder.path, publish);
      for (let turn = 0; turn < 25; turn += 1) {
        const name = parseBlobName(`leases/a/${writer}-${turn}`);
        await store.put(name, [Buffer.from("x")]);
        assert.equal((await store.get(name)).length, 1);
        if (turn < 24) await store.remove(name);
        if (turn === 24 && writer % 2 === 0) await store.remove(name);
      }
    };
    await Promise.all([0, 1, 2, 3].map(work));
    const listed = await Array.fromAsync(createFolderStore(folder.path).list(""));
    const left = listed.map(({ name }) => name).toSorted();
    assert.deepEqual(left, ["leases/a/1-24", "leases/a/3-24"]);
  });
}

test("a folder that was made for a store goes with it, unless a blob is in it", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "not", "there");
  {
    await using store = createFolderStore(root);
    await store.put(NAME, []);
    await store.remove(NAME);
  }
  assert.deepEqual(await readdir(folder.path), []);
  {
    await using store = createFolderStore(root);
    await store.put(NAME, []);
  }
  assert.deepEqual((await readdir(root)).toSorted(), [".tmp", "packs"]);
  {
    await using store = createFolderStore(root);
    await store.remove(NAME);
  }
  assert.deepEqual(await readdir(root), [".tmp"]);
});

test("what doctor tries leaves no folder where there was none", async () => {
  await using folder = await temporaryFolder();
  const world = createWorld();
  const openFolderStore = (path: string) => Promise.resolve(createFolderStore(path));
  const root = join(folder.path, "not", "there");
  const options = { vault: root, variables: [] };
  const [diagnosis] = await examineVaults(options, { ...world.ports, openFolderStore });
  assert.ok(diagnosis?.findings.some(({ verdict }) => verdict === "kept"));
  assert.deepEqual(await readdir(folder.path), []);
});
