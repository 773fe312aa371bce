import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createVault, openVault } from "../../../core/vault/vault.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { addPoint, readPoint, TEST_KEY, vaultOptions } from "../../support/vault.ts";

const KILLS = 24;
const WRITER = fileURLToPath(new URL("../../support/endless-writer.ts", import.meta.url));

/** Lets a process write points, kills it after `delay` milliseconds, and gives back the points that it said were committed. */
async function writeUntilKilled(folder: string, delay: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [WRITER, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => writer.once("close", resolve));
  const output: Buffer[] = [];
  writer.stdout.on("data", (data: Buffer) => output.push(data));
  await setTimeout(delay);
  writer.kill("SIGKILL");
  await ended;
  const lines = Buffer.concat(output).toString().split("\n");
  return lines.slice(0, -1);
}

// One at a time: node --test test/core/vault/vault-kill.slow.ts
test("a writer killed at any moment leaves every committed point whole", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  try {
    await createVault(createFolderStore(folder), TEST_KEY, vaultOptions());
    const committed: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const delay = randomInt(150, 900);
      context.diagnostic(`kill ${kill + 1} after ${delay} ms`);
      committed.push(...(await writeUntilKilled(folder, delay)));
      const vault = await openVault(createFolderStore(folder), TEST_KEY, vaultOptions(`${kill}`));
      const listed = new Set((await vault.points()).points.map(({ id }) => id));
      for (const id of committed) assert.ok(listed.has(id), `${id} is lost`);
      assert.deepEqual((await vault.verify()).problems, []);
    }
    const vault = await openVault(createFolderStore(folder), TEST_KEY, vaultOptions("last"));
    assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
    const { id } = await addPoint(vault, { after: [Buffer.from("x")] });
    await readPoint(vault, id);
    assert.ok(committed.length >= KILLS / 4, `${committed.length} points were committed`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
