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

test("a restore whose connections break in their middle goes on and is whole", async () => {
  const through = { ...home.target, host: "127.0.0.1", port: proxy.port };
  // The control connection signs in whole; those of the new database break at one place after the other.
  proxy.limits.push(Number.POSITIVE_INFINITY, 14, 30, 45, 60);
  await checkCutRestore({ home, through }, home.name("Cut"), kept);
  assert.ok(proxy.cut >= 3, `${proxy.cut} connections were cut`);
});
