import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";

function codesOf(...args: Parameters<typeof loadModules>) {
  return loadModules(...args).diagnostics.map(({ code }) => code);
}

test("modules that double on every level end with one error", () => {
  const levels = Array.from({ length: 30 }, (_, at): [string, string] => [
    `m${at}/main.hcl`,
    ["a", "b"].map((name) => `module "${name}" { source = "../m${at + 1}" }\n`).join(""),
  ]);
  const files = {
    "main.hcl": 'module "m" { source = "./m0" }\n',
    ...Object.fromEntries(levels),
    "m30/main.hcl": "locals { a = 1 }\n",
  };
  assert.deepEqual(codesOf(files), ["CONFIG_MODULE_LIMIT"]);
});

test("a folder that holds itself through a symbolic link ends with one error", () => {
  const bytes = new TextEncoder().encode('module "again" { source = "./loop" }\n');
  const readModule = (directory: string) =>
    ({ kind: "files", files: [{ filename: `${directory}/main.hcl`, bytes }] }) as const;
  const files = { "main.hcl": 'module "m" { source = "./m" }\n' };
  assert.deepEqual(codesOf(files, { readModule }), ["CONFIG_MODULE_LIMIT"]);
});

test("a folder that a fetched repository lacks is not asked to be fetched again", () => {
  const source = "git::https://git.example/modules.git//nowhere?ref=v1";
  const readModule = (directory: string) =>
    directory.endsWith("/nowhere")
      ? ({ kind: "absent" } as const)
      : ({ kind: "files", files: [] } as const);
  const files = { "main.hcl": `module "m" { source = "${source}" }\n` };
  assert.deepEqual(codesOf(files, { readModule }), ["CONFIG_MODULE_NOT_FOUND"]);
});
