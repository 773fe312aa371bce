import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..");

/** Files under version control, or none where this is no checkout. */
function trackedFiles(): readonly string[] {
  if (!existsSync(join(ROOT, ".git"))) return [];
  const listing = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  return listing.split("\0").filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

/** This machine's own folders, but for those whose names are too short to mean only one machine. */
const OWN_FOLDERS = [ROOT, dirname(ROOT), homedir()].filter(
  (folder) => folder.split(/[/\\]/).filter((part) => part !== "").length > 1,
);

const FORBIDDEN = [
  ...OWN_FOLDERS.map((folder) => new RegExp(`${RegExp.escape(folder)}(?![\\w-])`)),
  /(?<![\w.-])\/(?:home|Users)\/[\w.-]+\//,
  /(?<![\w.-])\/root\//,
  /\b[A-Z]:\\+Users\\/i,
  /https?:\/\/[^/\s"']*(?:registry|mirror|artifactory|nexus|proxy)[^/\s"']*/i,
];

const files = trackedFiles();
const skip = files.length === 0 && "not run: there is no .git folder, so no list of files";

test("no file names a folder of the machine that it was written on, or a package registry", {
  skip,
}, () => {
  const breaches = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "latin1");
    return FORBIDDEN.flatMap((pattern) => {
      const [found] = pattern.exec(text) ?? [];
      return found === undefined ? [] : [`${file}: ${found}`];
    });
  });
  assert.deepEqual(breaches, []);
});

/** A package for another platform than the one where the lock file was made: nothing was downloaded. */
function isForeign(facts: Readonly<Record<string, unknown>>): boolean {
  const runsOnLinux = JSON.stringify(facts["os"]) === '["linux"]';
  const isGlibc = JSON.stringify(facts["libc"] ?? ["glibc"]) === '["glibc"]';
  const isHere = runsOnLinux && isGlibc && JSON.stringify(facts["cpu"]) === '["x64"]';
  return facts["optional"] === true && "cpu" in facts && !isHere;
}

test("the lock file has a digest for every package of this platform and no address to download from", () => {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
  assert.ok(packages.length > 0, "the lock file names no package");
  const breaches = packages
    .filter(
      ([, facts]) =>
        "resolved" in facts ||
        // What a package brings inside of itself is in its own digest.
        !(isForeign(facts) || facts["inBundle"] === true || typeof facts["integrity"] === "string"),
    )
    .map(([path]) => path);
  assert.deepEqual(breaches, []);
});

test("npm is not told which registry to use", () => {
  assert.doesNotMatch(
    readFileSync(join(ROOT, ".npmrc"), "utf8"),
    /registry\s*=\s*(?:https?:|\/\/)/,
  );
});

test("all dependencies are pinned to one version", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const ranges = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  assert.deepEqual(
    ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
});
