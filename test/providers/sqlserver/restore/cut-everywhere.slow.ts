import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkCutRestore, type KeptDatabase, keepSample } from "../../../support/cut-restore.ts";
import { type CuttingProxy, startCuttingProxy } from "../../../support/cutting-proxy.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";

let home: ProviderServer;
let proxy: CuttingProxy;
let kept: KeptDatabase;

before(async () => {
  home = await openProviderServer();
  proxy = await startCuttingProxy(home.target.port);
  kept = await keepSample(home);
});

after(async () => {
  await proxy[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

test("a restore goes on wherever the connection to the new database breaks", async () => {
  const through = { ...home.target, host: "127.0.0.1", port: proxy.port };
  let cuts = 0;
  for (let pieces = 8; pieces < 400; pieces += 1) {
    const before = proxy.cut;
    proxy.limits.push(Number.POSITIVE_INFINITY, pieces);
    await checkCutRestore({ home, through }, home.name(`Cut${pieces}`), kept);
    proxy.limits.length = 0;
    if (proxy.cut === before) break;
    cuts += 1;
  }
  assert.ok(cuts > 20, `${cuts} places`);
});

test("a restore goes on wherever the connection to master breaks", async () => {
  const through = { ...home.target, host: "127.0.0.1", port: proxy.port };
  for (let pieces = 10; pieces < 60; pieces += 1) {
    const before = proxy.cut;
    proxy.limits.push(pieces);
    try {
      await checkCutRestore({ home, through }, home.name(`Master${pieces}`), kept);
    } catch (error) {
      // Before the restore begins, the command itself ends: nothing was made then.
      assert.match(String(error), /CONNECTION_LOST|UNREACHABLE|Connection lost|cannot be reached/);
      assert.ok(pieces < 40, String(error));
    }
    proxy.limits.length = 0;
    if (proxy.cut === before) break;
  }
});
