import assert from "node:assert/strict";
import { test } from "node:test";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { vaultAtPlace } from "../../../core/operations/vault-at-place.ts";
import { createWorld } from "../../support/memory-ports.ts";

const STORAGES = {
  "vault.away": {
    type: "azure_blob",
    account_url: "https://contoso.blob.core.windows.net/",
    container: "holdfast",
    credential: "credential.storage",
  },
  "vault.near": { type: "local", path: "/srv/vault" },
};

test("a vault is found by the words of its place, and not by those of a part of it", () => {
  const { ports } = createWorld();
  const resources = new ResourceLookup(
    Object.entries(STORAGES).map(([address, storage]) => ({
      address: address as never,
      type: "vault",
      attributes: { storage },
    })),
  );
  const found = (place: string) => vaultAtPlace(place, resources, ports);
  assert.equal(found("/srv/vault"), "vault.near");
  assert.equal(found("/srv/vault//"), "vault.near");
  assert.equal(found("/srv/vault/old"), undefined);
  assert.equal(found("azblob://contoso/holdfast"), "vault.away");
  assert.equal(found("https://contoso.blob.core.windows.net/holdfast/"), "vault.away");
  assert.equal(found("azblob://contoso/holdfast/old"), undefined);
  assert.equal(found("azblob://other/holdfast"), undefined);
});
