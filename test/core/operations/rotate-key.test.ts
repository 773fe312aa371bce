import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { rotateKey } from "../../../core/operations/rotate-key.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { withCode } from "../../support/with-code.ts";

const NEW_KEY = "0ff1ce".padEnd(64, "0");
const ROTATE = {
  place: undefined,
  newKey: { environment: "NEW_KEY", file: null, keyVaultKey: null },
};

test("a vault of the catalog gets a new key, and the points restore with that key only", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const keys: Record<string, string> = { NEW_KEY };
  const ports: Ports = {
    ...world.ports,
    environment: (name) => keys[name] ?? world.ports.environment(name),
  };
  const { name, rotation, keyPlace } = await rotateKey(ROTATE, ports);
  assert.deepEqual(
    [name, rotation.epoch, rotation.outcome, keyPlace],
    ["vault.main", 2, "rotated", "the environment variable TEST_KEY"],
  );
  const [point] = await world.catalog.points();
  const asked = { point: point?.id ?? "", to: "orders", as: "copy" };
  await assert.rejects(restorePoint(asked, ports), withCode("VAULT_WRONG_KEY"));
  assert.equal((await rotateKey(ROTATE, ports)).rotation.outcome, "finished");
  keys["TEST_KEY"] = NEW_KEY;
  assert.equal((await restorePoint(asked, ports)).job.status, "successful");
  await assert.rejects(rotateKey(ROTATE, ports), withCode("VAULT_KEY_UNCHANGED"));
});

test("a vault by its place takes no key of Azure Key Vault, and nothing is sent or changed", async () => {
  const { ports } = await createAppliedWorld();
  const newKey = {
    environment: null,
    file: null,
    keyVaultKey: "https://contoso.vault.azure.net/keys/x",
  };
  const refused = withCode("CLI_USAGE", "Write the vault into a configuration");
  await assert.rejects(rotateKey({ place: "./vault", newKey }, ports), refused);
});

test("without a new key nothing is changed", async () => {
  const world = await createAppliedWorld();
  await assert.rejects(rotateKey(ROTATE, world.ports), withCode("SECRET_MISSING", "NEW_KEY"));
  assert.equal((await Array.fromAsync(world.store.list("keys/"))).length, 1);
});
