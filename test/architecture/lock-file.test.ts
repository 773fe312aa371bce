import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test("the lock file knows every package of every platform, so that npm ci accepts it", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  const known = Object.keys(lock.packages);
  const missing = wanted.filter(
    (name) => !known.some((key) => key.endsWith(`node_modules/${name}`)),
  );
  assert.ok(wanted.length > 0, "found no optional dependency");
  assert.deepEqual(missing, [], "run: node scripts/complete-lock.mjs");
});
