import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandContext } from "../../../cmd/commands/command.ts";
import { parseFlags } from "../../../cmd/commands/flags.ts";
import { command } from "../../../cmd/commands/force-unlock.ts";
import type { Catalog, HeldLock } from "../../../core/catalog/catalog.ts";
import { findStuckLock, forceUnlock } from "../../../core/operations/force-unlock.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

/** The world as seen from another host than that of the lock's holder. */
function fromElsewhere({ ports, catalog }: MemoryWorld): Ports {
  const seenFromAfar = async (): Promise<HeldLock | undefined> => {
    const lock = await catalog.heldLock();
    return lock && { ...lock, process: "unknown" };
  };
  const distant = Object.assign(Object.create(catalog) as Catalog, { heldLock: seenFromAfar });
  const open = (): Promise<Catalog> => Promise.resolve(distant);
  return { ...ports, catalogs: { ...ports.catalogs, open } };
}

/** Runs the command; the person at the terminal gives `answer`, and there is no terminal without one. */
async function runCommand(words: readonly string[], ports: Ports, answer?: string) {
  const out: string[] = [];
  const context = {
    terminal: { input: answer !== undefined, output: false, error: false, columns: 80 },
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void out.push(text),
    ask: () => Promise.resolve(answer ?? ""),
    ports: () => Promise.resolve(ports),
  } as unknown as CommandContext;
  const code = await command.run(parseFlags(words, command.flags), context);
  return { code, text: out.join("") };
}

test("a lock that nobody holds, or another one, is not freed", async () => {
  const { ports, catalog } = createWorld();
  const request = { id: "memory-1", isForced: true };
  await assert.rejects(forceUnlock(request, ports), withCode("CATALOG_NOT_LOCKED"));
  await using first = await catalog.lock("apply");
  await first[Symbol.asyncDispose]();
  await using lock = await catalog.lock("destroy");
  for (const work of [findStuckLock, forceUnlock]) {
    const names = withCode("CATALOG_LOCK_MISMATCH", lock.holder.id, "on memory", "destroy");
    await assert.rejects(work(request, ports), names);
  }
  assert.deepEqual((await catalog.heldLock())?.holder, lock.holder);
});

test("the lock of a process that runs on this host is freed by force only, and its holder writes no more", async () => {
  const { ports, catalog } = createWorld();
  await using lock = await catalog.lock("apply");
  const { id } = lock.holder;
  await assert.rejects(
    forceUnlock({ id, isForced: false }, ports),
    withCode("CATALOG_LOCK_ALIVE", `force-unlock -force ${id}`),
  );
  assert.deepEqual((await catalog.heldLock())?.holder, lock.holder);
  const freed = await forceUnlock({ id, isForced: true }, ports);
  assert.deepEqual(freed.holder, lock.holder);
  assert.equal(await catalog.heldLock(), undefined);
});

test("the command names the holder and frees the lock only when the answer is yes", async () => {
  const world = createWorld();
  const ports = fromElsewhere(world);
  await using lock = await world.catalog.lock("apply");
  const { id } = lock.holder;
  const refused = await runCommand([id], ports, "y");
  assert.equal(refused.code, 1);
  assert.match(refused.text, /^Process 0 on memory took the lock for apply at 2017-02-01T/);
  assert.match(refused.text, /cannot be seen from this host/);
  assert.ok(await world.catalog.heldLock());
  const freed = await runCommand([id], ports, "yes");
  assert.equal(freed.code, 0);
  assert.match(freed.text, /The lock is free/);
  assert.equal(await world.catalog.heldLock(), undefined);
});

test("where nobody can be asked the lock stays, and -force frees it", async () => {
  const world = createWorld();
  const ports = fromElsewhere(world);
  await using lock = await world.catalog.lock("apply");
  const { id } = lock.holder;
  await assert.rejects(runCommand([id], ports), withCode("APPROVAL_MISSING", "on memory", id));
  await assert.rejects(runCommand([id, "-json"], ports, "yes"), withCode("APPROVAL_MISSING"));
  assert.ok(await world.catalog.heldLock());
  const { code, text } = await runCommand([id, "-force", "-json"], ports);
  assert.equal(code, 0);
  const summary = JSON.parse(text) as { readonly status: string; readonly lock: object };
  assert.equal(summary.status, "successful");
  const since = new Date(lock.holder.since).toISOString();
  assert.deepEqual(summary.lock, { ...lock.holder, since, process: "unknown" });
  assert.equal(await world.catalog.heldLock(), undefined);
});
