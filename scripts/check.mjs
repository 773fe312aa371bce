// npm run check: format, types, lint, architecture, generated files, unused code. Runs all, reports all, fails when one fails.
import { spawnSync } from "node:child_process";

const steps = [
  ["format", "biome", ["check", "--linter-enabled=false", "."]],
  ["types", "tsc", ["--noEmit"]],
  ["lint", "oxlint", ["--type-aware", "--quiet"]],
  ["architecture", "node", ["--test", "test/architecture/*.test.ts"]],
  ["generated", "node", ["scripts/generate.mjs", "--check"]],
  ["webassembly", "node", ["scripts/generate-wasm.mjs", "--check"]],
  ["unused", "knip", []],
];

let failed = false;
for (const [name, command, args] of steps) {
  const started = performance.now();
  const run = spawnSync(command, args, { encoding: "utf8" });
  const ok = run.status === 0;
  failed ||= !ok;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name.padEnd(13)} ${seconds} s\n`);
  if (!ok) process.stdout.write(`${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}\n`);
}
process.exit(failed ? 1 : 0);
