import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { dryStore } from "../../../../core/vault/collect/dry-store.ts";
import { indexName, parseBlobId } from "../../../../core/vault/format/blob-names.ts";
import { releaseBytes } from "../../../../core/vault/format/release-bytes.ts";
import { memoryStore, seededBytes } from "../../../support/vault.ts";

test("what a dry run wrote can be read again by who releases what it got", async () => {
  const store = dryStore(memoryStore(), { now: () => toInstant(0) });
  const random = seededBytes("dry");
  const name = indexName(parseBlobId(random(16)));
  const bytes = random(100_000);
  await store.put(name, [bytes]);
  releaseBytes(await store.get(name));
  assert.ok(Buffer.from(await store.get(name)).equals(bytes));
});
