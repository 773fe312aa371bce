import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBlobId, tryParseBlobId } from "../../../core/vault/format/blob-names.ts";
import { readManifest, writeManifest } from "../../../core/vault/format/manifest.ts";
import { createVault, openVault } from "../../../core/vault/vault.ts";
import { accessTo } from "../../support/signs.ts";
import { addPoint, memoryStore, readPoint, TEST_KEY, vaultOptions } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

/** No nodes of a listing of row groups. Who only looks for ids takes the second for one. */
const FORGED = {
  cut: Buffer.alloc(36, 0xff),
  "without spans": Buffer.concat([Buffer.alloc(36, 0xa0), Buffer.alloc(36 * 70)]),
  odd: Buffer.alloc(50, 1),
};

for (const [what, node] of Object.entries(FORGED)) {
  test(`a listing that is none (${what}) is the damage of its point alone, keeps packs, and stops no backup`, async () => {
    const store = memoryStore();
    const vault = await createVault(store, TEST_KEY, vaultOptions());
    const whole = { "rows/dbo.A": [Buffer.alloc(5000, "whole")] };
    const first = await addPoint(vault, whole);
    const forged = await addPoint(vault, { "rows/dbo.A": [node] });
    const access = await accessTo(store);
    const id = parseBlobId(Buffer.alloc(16, 7));
    const { manifest } = await readManifest(access, tryParseBlobId(forged.id) ?? id, {});
    const objects = manifest.objects.map(({ object, root }) => {
      assert.ok(root !== undefined);
      return { object, root: { ...root, depth: 1, entries: "groups" as const } };
    });
    await writeManifest(access, { ...manifest, id, objects }, {});
    const opened = await openVault(store, TEST_KEY, vaultOptions("again"));
    await assert.rejects(readPoint(opened, id), withCode("VAULT_CORRUPTED", id));
    for (const readData of [0, 1]) {
      const { problems } = await opened.verify({ readData });
      assert.deepEqual(problems, [
        { blob: `points/${id}`, problem: "names a chunk that is no listing", points: [id] },
      ]);
    }
    await assert.rejects(opened.collect(), withCode("VAULT_CORRUPTED", id));
    const [database] = (await opened.stats()).databases;
    assert.equal(database?.unreadablePoints, what === "without spans" ? 0 : 1);
    const similar = [id];
    await using writer = await opened.beginPoint({ similar });
    async function* rows() {
      yield Buffer.alloc(6000, "more");
    }
    await writer.addObject({ path: "rows/dbo.A", kind: "rows" }, rows(), () => ({}));
    const { facts } = forged;
    const again = await writer.commit(facts);
    assert.equal((await readPoint(opened, again.id))["rows/dbo.A"]?.[0]?.length, 6000);
    assert.deepEqual(await readPoint(opened, first.id), await readPoint(vault, first.id));
    const { removable, lost } = await opened.repair({
      dryRun: true,
      readData: true,
      removeDamaged: true,
    });
    assert.deepEqual([removable, lost.map((point) => point.id)], [[], [id]]);
  });
}
