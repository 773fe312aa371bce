import assert from "node:assert/strict";
import { test } from "node:test";
import { planStreamPruning, pruneStreams } from "../../../core/operations/prune-streams.ts";
import {
  getStream,
  initStreamVault,
  listStreams,
  putStream,
} from "../../../core/operations/vault-streams.ts";
import { sourceOf } from "../../support/byte-source.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { seededBytes } from "../../support/vault.ts";
import { storedBytes } from "../../support/vault-content.ts";
import { withCode } from "../../support/with-code.ts";

const random = seededBytes("prune streams");
const [ONE, TWO] = [random(300_000), random(200_000)];
const directory = "./streams";

async function filled(): Promise<Pick<MemoryWorld, "ports" | "store">> {
  const { ports, ...rest } = createWorld();
  const environment = (name: string): string | undefined =>
    name === "HOLDFAST_VAULT_KEY" ? "7e57".repeat(16) : ports.environment(name);
  const world = { ...rest, ports: { ...ports, environment } };
  await initStreamVault(directory, world.ports);
  for (const [name, bytes] of [
    ["one", ONE],
    ["two", TWO],
  ] as const) {
    await putStream({ directory, name }, sourceOf(bytes), world.ports);
  }
  return world;
}

test("without names to keep no stream is removed", async () => {
  const { ports } = await filled();
  assert.deepEqual((await pruneStreams({ directory }, ports)).streams, []);
  assert.equal((await listStreams(directory, ports)).length, 2);
});

test("what is not kept goes, as the dry run said to the byte", async () => {
  const { ports, store } = await filled();
  const before = await storedBytes(store);
  const plan = await planStreamPruning({ directory, keep: ["two"] }, ports);
  const done = await pruneStreams({ directory, keep: ["two"] }, ports);
  assert.deepEqual(done.collection, plan.collection);
  assert.equal(before - (await storedBytes(store)), plan.collection.freedBytes);
  assert.ok(plan.collection.freedBytes > 290_000);
  const parts: Uint8Array[] = [];
  const write = async (bytes: Uint8Array): Promise<void> => {
    parts.push(new Uint8Array(bytes));
  };
  await getStream({ directory, name: "two" }, write, ports);
  assert.ok(Buffer.concat(parts).equals(TWO));
});

test("a name to keep that is not there removes nothing", async () => {
  const { ports } = await filled();
  const asked = { directory, keep: ["tow"] };
  await assert.rejects(pruneStreams(asked, ports), withCode("VAULT_STREAM_NOT_FOUND"));
  assert.equal((await listStreams(directory, ports)).length, 2);
});
