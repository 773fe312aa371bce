import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { PACKAGES, ROOMS } from "./rooms.ts";

const ROOT = join(import.meta.dirname, "..", "..");

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

test("links between documents lead somewhere", () => {
  const documents = globSync("{*.md,{docs,examples,changelog}/**/*.md}", { cwd: ROOT });
  assert.ok(documents.length > 0, "found no document");
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  assert.deepEqual(dead, []);
});

test("the README names every command that there is, and no other", () => {
  const bundle = join(ROOT, "dist", "main.js");
  assert.ok(existsSync(bundle), "dist/main.js is missing: npm run build");
  const help = execFileSync(process.execPath, [bundle, "help"], { encoding: "utf8" });
  const commands = [...help.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name = ""]) => name);
  const [, table = ""] = /## Commands\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
  const named = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([a-z]+(?:-[a-z]+)?)[^`]*`/g)].map(([, name = ""]) => name),
  );
  assert.deepEqual(named.toSorted(), commands.toSorted());
});

test("docs/design.md has a line for every room that has files", () => {
  const design = read("docs/design.md");
  const rooms = Object.keys(ROOMS).filter((room) => existsSync(join(ROOT, room)));
  assert.deepEqual(
    rooms.filter((room) => !design.includes(`\`${room}\``)),
    [],
  );
});

test("docs/dependencies.md explains every dependency, and names who may import it", () => {
  const manifest = JSON.parse(read("package.json")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const lines = read("docs/dependencies.md").split("\n");
  const lineOf = (name: string) =>
    lines.find(
      (line) => line.startsWith("| `") && (line.split(" | ")[0] ?? "").includes(`\`${name}\``),
    );
  const shipped = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const all = [...Object.keys(shipped), ...Object.keys(manifest.devDependencies)];
  assert.deepEqual(
    all.filter((name) => lineOf(name) === undefined),
    [],
  );
  const unnamed = Object.keys(shipped).filter((name) =>
    (PACKAGES[name] ?? ["no room"]).every((room) => !lineOf(name)?.includes(`\`${room}\``)),
  );
  assert.deepEqual(unnamed, []);
});
