// npm run bench: measures in one run what can be compared in one run, and prints a table. It asserts nothing.
//   -rounds N    starts of each command (15)
//   -vault MIB   rows for the vault (256); 0 leaves it out
//   -rows N      rows for the lane beside the stock client (300000); 0 leaves it out
//   -sandbox N   rows for the same against the sandbox (0)
//   -diff N      rows for diff and for a second full (0)
//   -streams N   database pages of 8 KiB, for the vault beside restic and borg (65536); 0 leaves it out
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bundle = join(root, "dist", "main.js");
const example = join(root, "examples", "quickstart");
const { values } = parseArgs({
  args: process.argv.slice(2).map((word) => word.replace(/^-(?=[a-z]{2})/, "--")),
  options: {
    rounds: { type: "string", default: "15" },
    vault: { type: "string", default: "256" },
    rows: { type: "string", default: "300000" },
    sandbox: { type: "string", default: "0" },
    diff: { type: "string", default: "0" },
    streams: { type: "string", default: "65536" },
  },
});

/** Milliseconds from start to end of one process; throws when it fails. */
function timeOf({ args, env }) {
  const started = performance.now();
  const run = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  const took = performance.now() - started;
  if (run.status !== 0) throw new Error(`${args.join(" ")} failed:\n${run.stderr}`);
  return took;
}

/** Rounds go through all subjects in turn, so that a busy moment of the machine meets all of them. */
function measureStarts(subjects, rounds) {
  const times = new Map(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) timeOf(subject);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) times.get(subject.name).push(timeOf(subject));
  }
  return [...times].map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return {
      name,
      least: sorted[0],
      median: sorted[Math.floor(sorted.length / 2)],
      most: sorted.at(-1),
    };
  });
}

function printTable(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...lines.map((cells) => cells[at].length)));
  for (const cells of lines) {
    const text = cells.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at]),
    );
    process.stdout.write(`${text.join("  ")}\n`);
  }
  process.stdout.write("\n");
}

function holdfast(name, ...words) {
  const args = ["--disable-warning=ExperimentalWarning", bundle, ...words];
  return { name, args, env: { ...process.env, HOLDFAST_VAR_ca_file: "./ca.pem" } };
}

function benchStarts(rounds) {
  const subjects = [
    { name: "node, nothing else", args: ["--eval", ""], env: process.env },
    holdfast("holdfast version", "version"),
    holdfast("holdfast help", "help"),
  ];
  if (existsSync(example))
    subjects.push(holdfast("holdfast validate", `-chdir=${example}`, "validate"));
  const measured = measureStarts(subjects, rounds);
  const [node] = measured;
  const ms = (value) => value.toFixed(0);
  printTable(
    ["cold start, ms", "median", "least", "most", "x node"],
    measured.map(({ name, median, least, most }) => [
      name,
      ms(median),
      ms(least),
      ms(most),
      (median / node.median).toFixed(2),
    ]),
  );
}

/** The lines of the vault's own measurement: a stage, then its processor time and peak memory. */
function benchVault(mebibytes) {
  const script = join(root, "test", "bench", "vault-throughput.ts");
  const run = spawnSync(process.execPath, [script, String(mebibytes)], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`vault-throughput failed:\n${run.stderr}`);
  const stages = [];
  for (const line of run.stdout.split("\n")) {
    const [, name, value, unit] = /^(\s*\S.*?)\s+([\d.]+) (\S+)$/.exec(line) ?? [];
    if (unit === "MB/s") stages.push({ name, rate: Number(value) });
    else if (unit === "s") Object.assign(stages.at(-1), { cpu: value });
    else if (unit === "MiB") Object.assign(stages.at(-1), { memory: value });
  }
  const first = stages.find(({ name }) => name === "first write");
  printTable(
    [`vault, ${mebibytes} MiB of rows`, "MB/s", "CPU s", "peak MiB", "x first write"],
    stages.map(({ name, rate, cpu, memory }) => [
      name,
      rate.toFixed(0),
      cpu,
      memory,
      (rate / first.rate).toFixed(2),
    ]),
  );
}

/** A measurement that prints its own table. */
function benchScript(name, ...words) {
  const args = [join(root, "test", "bench", name), ...words.map(String)];
  const run = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (run.status !== 0) throw new Error(`${name} failed`);
  process.stdout.write("\n");
}

/** Side by side with restic and borg on generated database pages: bench/compare.py says how. */
function benchStreams(pages) {
  const tools = ["python3", "g++", "restic", "borg"];
  const lacking = tools.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  if (lacking.length > 0) {
    process.stdout.write(
      `Not run: side by side with restic and borg; not found: ${lacking.join(", ")}.\n`,
    );
    return;
  }
  const script = join(root, "bench", "compare.py");
  const args = [script, "--pages", String(pages), "--generations", "2", "--scatter"];
  const run = spawnSync("python3", args, { stdio: "inherit" });
  if (run.status !== 0) throw new Error("bench/compare.py failed");
}

benchStarts(Number(values.rounds));
if (Number(values.vault) > 0) benchVault(Number(values.vault));
if (Number(values.rows) > 0) {
  benchScript("row-lane-speed.ts", Number(values.rows), 2, Number(values.sandbox));
}
if (Number(values.diff) > 0) {
  benchScript("diff-speed.ts", Number(values.diff));
  benchScript("diff-changes.ts", Number(values.diff));
  benchScript("second-full.ts", Number(values.diff));
}
if (Number(values.streams) > 0) benchStreams(Number(values.streams));
