import assert from "node:assert/strict";
import { test } from "node:test";
import { formatReady } from "../../../cmd/views/sandbox-text.ts";
import { loadText } from "../../support/load-text.ts";

const READY = {
  kind: "azure_sql",
  host: "127.0.0.1",
  port: 14_330,
  caFile: "/tmp/odd ${name} %{x/ca.pem",
  password: "p",
  azure: { AZURE_TENANT_ID: "t" },
  place: { subscriptionId: "s-1", resourceGroup: "sandbox", name: "sandbox" },
};

/** Of the server that a configuration has which was copied from the banner. */
function copied(ready: typeof READY | (Omit<typeof READY, "place"> & { place: undefined })) {
  const blocks = formatReady(ready)
    .split("\n")
    .filter((line) => line.startsWith("    "));
  const { configuration, diagnostics } = loadText({ "main.hcl": blocks.join("\n") });
  assert.deepEqual(diagnostics, []);
  return (
    configuration?.resources.find(({ type }) => type === "server")?.attributes ?? assert.fail()
  );
}

test("the blocks that the banner of a sandbox has are what a configuration needs", () => {
  const attributes = copied(READY);
  assert.deepEqual(attributes["azure"], {
    subscription_id: "s-1",
    resource_group: "sandbox",
    name: "sandbox",
    credential: null,
  });
  assert.equal(JSON.stringify(attributes["tls"]).includes(JSON.stringify(READY.caFile)), true);
  assert.equal(copied({ ...READY, place: undefined })["azure"], null);
});
