import assert from "node:assert/strict";
import { test } from "node:test";
import { toSnakeJson } from "../../../cmd/views/snake-json.ts";
import { formatState, toStateJson } from "../../../cmd/views/state-view.ts";
import { formatAddress } from "../../../core/address/address.ts";

const STATE = {
  version: { lineage: "l", serial: 2 },
  objects: [
    {
      address: formatAddress("credential", "ci"),
      type: "credential",
      attributes: { type: "sql_password", username: "hunter2", password_env: "P", client_id: null },
      dependsOn: [],
      sensitive: [["username"]],
    },
    {
      address: formatAddress("vault", "main"),
      type: "vault",
      attributes: { storage: { type: "local", path: "./vault" }, encryption: { key_env: "K" } },
      dependsOn: [],
    },
    {
      address: formatAddress("backup_set", "orders"),
      type: "backup_set",
      attributes: { server: "server.orders", databases: { include: ["*"] } },
      dependsOn: [formatAddress("server", "orders")],
    },
  ],
};

test("recorded objects are shown as one would write them", () => {
  const text = formatState(STATE);
  assert.match(
    text,
    /vault "main" \{\n {2}storage "local" \{\n {4}path = ".\/vault"\n {2}\}\n\n {2}encryption \{/,
  );
  assert.match(text, /^ {2}server = server\.orders$/m);
  assert.doesNotMatch(text, /client_id/);
});

test("what is sensitive is hidden from people and from programs", () => {
  assert.match(formatState(STATE), /username +=+ \(sensitive value\)/);
  assert.doesNotMatch(formatState(STATE) + JSON.stringify(toStateJson(STATE)), /hunter2/);
});

test("the JSON of recorded objects follows Terraform's state", () => {
  const state = { ...STATE, objects: STATE.objects.slice(2) };
  assert.deepEqual(toStateJson(state), {
    format_version: "1.0",
    catalog: { lineage: "l", serial: 2 },
    values: {
      root_module: {
        resources: [
          {
            address: "backup_set.orders",
            mode: "managed",
            type: "backup_set",
            name: "orders",
            values: { server: "server.orders", databases: { include: ["*"] } },
            sensitive_values: {},
            depends_on: ["server.orders"],
          },
        ],
      },
    },
  });
});

test("an empty catalog says what to do", () => {
  assert.match(formatState({ ...STATE, objects: [] }), / {4}holdfast plan\n$/);
});

test("names in snake case keep lists and nested records, and a value that JSON lacks is a bug", () => {
  assert.deepEqual(toSnakeJson({ bytesRead: 1, listOf: [{ aB: null }], at: 0 }), {
    bytes_read: 1,
    list_of: [{ a_b: null }],
    at: "1970-01-01T00:00:00.000Z",
  });
  assert.throws(() => toSnakeJson({ x: 1n }), /This is a bug/);
});
