import assert from "node:assert/strict";
import { test } from "node:test";
import { leftOutCopies, missingNames, selectDatabases } from "../../../core/policy/name-pattern.ts";

const DATABASES = ["master", "tempdb", "Orders", "orders_archive", "a.b", "axb"].map((name) => ({
  name,
  isSystem: name === "master" || name === "tempdb",
}));

function selected(
  include: string[],
  rest: { exclude?: string[]; system?: boolean } = {},
): string[] {
  const selection = { include, exclude: rest.exclude ?? [], system: rest.system ?? false };
  return selectDatabases(DATABASES, selection).map(({ name }) => name);
}

test("a star selects every user database and no system database", () => {
  assert.deepEqual(selected(["*"]), ["Orders", "orders_archive", "a.b", "axb"]);
});

test("B-25 [decision] tempdb is never selected, not even by name with system databases on", () => {
  assert.deepEqual(selected(["*", "tempdb"], { system: true }).includes("tempdb"), false);
  assert.deepEqual(selected(["m*"], { system: true }), ["master"]);
});

test("a dot in a pattern is a dot", () => assert.deepEqual(selected(["a.b"]), ["a.b"]));

test("exclude wins over include", () => {
  assert.deepEqual(selected(["*"], { exclude: ["*_archive"] }), ["Orders", "a.b", "axb"]);
});

test("a plain name that no database has is missing, a glob is not", () => {
  const selection = { include: ["orders", "Sales", "zzz*"], exclude: [], system: false };
  assert.deepEqual(missingNames(DATABASES, selection), ["Sales"]);
});

test("a copy that a backup made is left out, and told, unless its name is written down", () => {
  const databases = ["Shop", "Shop_holdfast_0123abcd", "_holdfast_0123abcd"].map((name) => ({
    name,
    isSystem: false,
  }));
  const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);
  const all = { include: ["*"], exclude: [], system: false };
  assert.deepEqual(names(selectDatabases(databases, all)), ["Shop", "_holdfast_0123abcd"]);
  assert.deepEqual(names(leftOutCopies(databases, all)), ["Shop_holdfast_0123abcd"]);
  const named = { ...all, include: ["Shop_holdfast_0123abcd"] };
  assert.deepEqual(names(selectDatabases(databases, named)), named.include);
  assert.deepEqual(names(leftOutCopies(databases, named)), []);
  const excluding = { ...all, exclude: ["*_holdfast_*"] };
  assert.deepEqual(names(leftOutCopies(databases, excluding)), []);
});
