import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyCommand } from "../../../cmd/views/verify-command.ts";

test("a vault of the catalog is verified with all others, one by its place by its place", () => {
  assert.equal(verifyCommand("vault.main"), "verify");
  assert.equal(verifyCommand("module.site.vault.main"), "verify");
  assert.equal(verifyCommand("/backups/vault"), "vault verify /backups/vault");
  assert.equal(verifyCommand("./vault.main"), "vault verify ./vault.main");
  assert.equal(verifyCommand("v1"), "vault verify v1");
  assert.equal(verifyCommand("azblob://account/box"), "vault verify azblob://account/box");
});
