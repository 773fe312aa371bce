import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { JsonObject } from "../../core/kit/json.ts";
import {
  blockJsonSchemas,
  configurationJsonSchema,
} from "../../schemas/json-schema/configuration-json-schema.ts";
import { loadText, sourceFile } from "../support/load-text.ts";
import { printJson, randomConfiguration } from "../support/random-configuration.ts";

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
const isConfiguration = ajv.compile(configurationJsonSchema());

const CREDENTIAL = { ci: { type: "sql_password", username: "u", password_env: "P" } };
const SERVER = { kind: "sql_server", host: "h", credential: "${credential.ci}" };

const GOOD: Readonly<Record<string, JsonObject>> = {
  "nothing at all": {},
  "comments anywhere": { "//": "a", server: { "//": [1], a: { "//": {}, ...SERVER } } },
  "blocks in arrays": { server: [{ a: [SERVER] }, { b: SERVER }] },
  "templates for numbers, bools and lists": {
    server: { a: { ...SERVER, port: "${var.port}", tls: { trust_server_certificate: "${true}" } } },
    backup_set: {
      a: {
        server: "${server.a}",
        policy: "policy.p",
        vault: "${local.vault}",
        databases: { include: "${var.names}" },
      },
    },
  },
  "texts that are numbers and bools": {
    server: { a: { ...SERVER, port: "1433", tls: { trust_server_certificate: "true" } } },
  },
  "null for what is not set": {
    server: { a: { ...SERVER, port: null, bridge: null } },
    credential: { ci: { ...CREDENTIAL.ci, password_file: null } },
  },
  "a required block made by dynamic": {
    vault: {
      a: {
        dynamic: {
          storage: { for_each: ["x"], labels: ["local"], content: { path: "./vault" } },
          encryption: { for_each: [1], content: { key_env: "K" } },
        },
      },
    },
  },
};

for (const [title, configuration] of Object.entries(GOOD)) {
  test(`the schema takes ${title}`, () => {
    assert.ok(isConfiguration(configuration), ajv.errorsText(isConfiguration.errors));
  });
}

const VAULT = { storage: { local: { path: "p" } }, encryption: { key_env: "K" } };
const SET = {
  server: "${server.a}",
  policy: "policy.p",
  vault: "vault.v",
  databases: { include: ["*"] },
};

/** Taken by the language and the schema; each bad case is one step away from it. */
const WORLD = {
  credential: CREDENTIAL,
  server: { a: SERVER },
  vault: { v: VAULT },
  retention: { r: { daily: 10 } },
  policy: { p: { method: "snapshot", retention: "${retention.r}", full: { schedule: "@daily" } } },
  backup_set: { s: SET },
};

const BAD: Readonly<Record<string, JsonObject>> = {
  "an unknown block": { sever: {} },
  "an unknown argument": { server: { a: { ...SERVER, hots: "h" } } },
  "a missing argument": { server: { a: { kind: "sql_server", host: "h" } } },
  "a missing block": { backup_set: { s: { ...SET, databases: [] } } },
  "null for what is required": { server: { a: { ...SERVER, host: null } } },
  "a value that is not of the list": { server: { a: { ...SERVER, kind: "mysql" } } },
  "a number out of its range": { server: { a: { ...SERVER, port: 70_000 } } },
  "a fraction": { retention: { r: { daily: 1.5 } } },
  "words where a number stands": { server: { a: { ...SERVER, port: "default" } } },
  "a text that is no duration": { holdfast: { purge_grace: "a week" } },
  "a reference to another type": { server: { a: { ...SERVER, credential: "vault.v" } } },
  "a block twice": { server: { a: { ...SERVER, tls: [{}, {}] } } },
  "two kinds of a block with variants": {
    holdfast: { catalog: { local: {}, azure: { account_url: "https://a" } } },
  },
  "an unknown kind of a block with variants": { holdfast: { catalog: { s3: {} } } },
  "none of what one is needed of": { vault: { v: { ...VAULT, encryption: {} } } },
  "two of what one is needed of": {
    vault: { v: { ...VAULT, encryption: { key_env: "K", key_file: "f" } } },
  },
  "two of what at most one may be": {
    credential: { ci: { ...CREDENTIAL.ci, password_file: "f" } },
  },
  "a name with a space": { retention: { "a b": { daily: 1 } } },
  "an unknown data source": { data: { database: { d: {} } } },
  "a check without an assertion": { check: { c: {} } },
};

/** Everything that is neither a resource nor a data source, and what all blocks with an address take. */
const SHAPED: JsonObject = {
  ...WORLD,
  variable: {
    hosts: {
      type: "map(string)",
      default: { eu: "eu.contoso.example" },
      validation: [{ condition: "${length(var.hosts) > 0}", error_message: "None." }],
    },
  },
  locals: { files: ["ca.pem"], "//": "a comment" },
  output: { hosts: { value: "${keys(var.hosts)}", depends_on: ["server.each"] } },
  module: { m: { source: "./m", host: "h", count: 2 } },
  server: {
    a: SERVER,
    each: {
      ...SERVER,
      for_each: "${var.hosts}",
      host: "${each.value}",
      depends_on: ["vault.v"],
      lifecycle: {
        ignore_changes: ["port", "tls.ca_file"],
        replace_triggered_by: ["vault.v"],
        postcondition: { condition: "${self.port > 0}", error_message: "None." },
      },
      dynamic: {
        tls: {
          for_each: "${local.files}",
          iterator: "file",
          content: { ca_file: "${file.value}" },
        },
      },
    },
  },
  check: {
    c: {
      data: { databases: { d: { server: "${server.a}" } } },
      assert: { condition: true, error_message: "Never." },
    },
  },
  moved: [{ from: "server.old", to: "server.a" }],
  removed: { from: "server.gone", lifecycle: { destroy: false } },
  import: { to: "retention.r", id: "r" },
};

test("the schema and the language take the blocks that shape a configuration", () => {
  assert.ok(isConfiguration(SHAPED), ajv.errorsText(isConfiguration.errors));
  assert.deepEqual(errorsOf(SHAPED), []);
});

test("the schema and the language take what the bad cases are made of", () => {
  assert.ok(isConfiguration(WORLD), ajv.errorsText(isConfiguration.errors));
  assert.deepEqual(errorsOf(WORLD), []);
});

for (const [title, change] of Object.entries(BAD)) {
  test(`the schema refuses ${title}, and so does the language`, () => {
    const configuration = { ...WORLD, ...change };
    assert.equal(isConfiguration(configuration), false);
    assert.notDeepEqual(errorsOf(configuration), []);
  });
}

function errorsOf(configuration: JsonObject): readonly Diagnostic[] {
  const text = JSON.stringify(configuration);
  const files = [sourceFile("m/main.hcl", 'variable "host" { type = string }')];
  const { diagnostics } = loadText(
    { "main.hcl.json": text },
    { readModule: () => ({ kind: "files", files }) },
  );
  return diagnostics.filter(({ severity }) => severity === "error");
}

test("the schema takes every configuration that the language takes", () => {
  fc.assert(
    fc.property(randomConfiguration, (blocks) => {
      const configuration: unknown = JSON.parse(printJson(blocks));
      assert.ok(isConfiguration(configuration), ajv.errorsText(isConfiguration.errors));
    }),
    { numRuns: 60 },
  );
});

test("the schema of each block stands alone and takes its body", () => {
  const schemas = blockJsonSchemas();
  for (const schema of schemas.values()) ajv.compile(schema);
  const isServer = ajv.compile(schemas.get("server") ?? false);
  assert.ok(isServer({ ...SERVER, tls: { ca_file: "ca.pem" } }), ajv.errorsText(isServer.errors));
  assert.equal(isServer({ ...SERVER, tls: { ca: "ca.pem" } }), false);
});
