import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

const PLACE = 'holdfast {\n catalog "local" { path = "state.db" }\n}\n';

const SETTINGS_CASES: readonly {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly path: string | undefined;
}[] = [
  { title: "there are no files", files: {}, path: ".holdfast/catalog.db" },
  {
    title: "a variable has no value",
    files: { "a.hcl": `${PLACE}variable "v" {}` },
    path: "state.db",
  },
  {
    title: "a block is at fault",
    files: { "a.hcl": `${PLACE}server "s" { port = "x" }` },
    path: "state.db",
  },
  {
    title: "another file breaks off",
    files: { "a.hcl": PLACE, "b.hcl": 'server "s" {' },
    path: "state.db",
  },
  {
    title: "the file with the block breaks off",
    files: { "a.hcl": `${PLACE}server "s" {` },
    path: undefined,
  },
  {
    title: "a broken file may hold the block",
    files: { "b.hcl": 'server "s" {' },
    path: undefined,
  },
  {
    title: "the block is at fault",
    files: { "a.hcl": "holdfast {\n typo = 1\n}" },
    path: undefined,
  },
  {
    title: "the block needs a variable without a value",
    files: { "a.hcl": 'variable "v" {}\nholdfast {\n catalog "local" { path = var.v }\n}' },
    path: undefined,
  },
];

for (const { title, files, path } of SETTINGS_CASES) {
  test(`where ${title}, the catalog's place is ${path ?? "not guessed"}`, () => {
    const { configuration, settings } = loadText(files);
    assert.equal(configuration, undefined);
    const catalog = settings?.catalog;
    assert.equal(catalog?.type === "local" ? catalog.path : undefined, path);
  });
}
