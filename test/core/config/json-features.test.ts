import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";

const NATIVE = `variable "regions" {
  type = map(object({ hour = optional(number, 3) }))
  default = { eu = {}, us = { hour = 5 } }
}
credential "c" { type = "entra_default" }
server "s" {
  for_each   = var.regions
  kind       = "sql_server"
  host       = "\${each.key}.example"
  credential = credential.c
  depends_on = [retention.r]
  lifecycle {
    prevent_destroy      = true
    ignore_changes       = [port, tls.ca_file]
    replace_triggered_by = [credential.c]
    precondition {
      condition     = each.value.hour < 24
      error_message = "No such hour: \${each.value.hour}"
    }
  }
}
retention "r" {
  count = 2
  daily = count.index + 1
}
policy "p" {
  for_each  = var.regions
  method    = "snapshot"
  retention = retention.r[0]
  dynamic "full" {
    for_each = [each.value.hour]
    iterator = hour
    content { schedule = "0 \${hour.value} * * *" }
  }
}
module "store" {
  source   = "./store"
  for_each = toset(["a"])
  folder   = "./\${each.key}"
}
moved {
  from = server.old
  to   = server.s["eu"]
}
removed {
  from = vault.old
  lifecycle { destroy = false }
}
check "hosts" {
  assert {
    condition     = length(server.s) == 2
    error_message = "two"
  }
}
output "hosts" { value = { for key, one in server.s : key => one.host } }
`;

const STORE = `variable "folder" { type = string }
vault "v" {
  storage "local" { path = var.folder }
  encryption { key_env = "K" }
}
`;

const JSON_TEXT = {
  variable: {
    regions: {
      type: "map(object({ hour = optional(number, 3) }))",
      default: { eu: {}, us: { hour: 5 } },
    },
  },
  credential: { c: { type: "entra_default" } },
  server: {
    s: {
      for_each: "${var.regions}",
      kind: "sql_server",
      host: "${each.key}.example",
      credential: "${credential.c}",
      depends_on: ["retention.r"],
      lifecycle: {
        prevent_destroy: true,
        ignore_changes: ["port", "tls.ca_file"],
        replace_triggered_by: ["credential.c"],
        precondition: {
          condition: "${each.value.hour < 24}",
          error_message: "No such hour: ${each.value.hour}",
        },
      },
    },
  },
  retention: { r: { count: 2, daily: "${count.index + 1}" } },
  policy: {
    p: {
      for_each: "${var.regions}",
      method: "snapshot",
      retention: "${retention.r[0]}",
      dynamic: {
        full: {
          for_each: ["${each.value.hour}"],
          iterator: "hour",
          content: { schedule: "0 ${hour.value} * * *" },
        },
      },
    },
  },
  module: { store: { source: "./store", for_each: '${toset(["a"])}', folder: "./${each.key}" } },
  moved: [{ from: "server.old", to: 'server.s["eu"]' }],
  removed: [{ from: "vault.old", lifecycle: { destroy: false } }],
  check: { hosts: { assert: { condition: "${length(server.s) == 2}", error_message: "two" } } },
  output: { hosts: { value: "${{ for key, one in server.s : key => one.host }}" } },
};

function meaningOf(files: Readonly<Record<string, string>>) {
  const { configuration, diagnostics, graph } = loadModules(files);
  assert.deepEqual(diagnostics, []);
  const edges = graph.edges.map(({ from, to }) => `${from} -> ${to}`).sort();
  const text = JSON.stringify({ configuration, edges }, (name, value: unknown) =>
    name === "range" ? undefined : value,
  );
  return JSON.parse(text) as unknown;
}

test("every feature of the language has its form in JSON", () => {
  const native = meaningOf({ "main.hcl": NATIVE, "store/main.hcl": STORE });
  const json = meaningOf({ "main.hcl.json": JSON.stringify(JSON_TEXT), "store/main.hcl": STORE });
  assert.deepEqual(json, native);
});
