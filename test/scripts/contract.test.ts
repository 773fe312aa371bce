import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digestsUnder } from "../support/file-digests.ts";
import {
  type CommandOutcome,
  parseObject,
  runHoldfast,
  startHoldfast,
} from "../support/holdfast-process.ts";
import { pipeThrough } from "../support/piped-holdfast.ts";
import {
  breakDocument,
  formatContract,
  type RecordedSection,
  type RecordedStep,
} from "./contract-document.ts";
import { EXAMPLE, SHOP_SCRIPT } from "./contract-example.ts";
import { Scrubber } from "./scrub-output.ts";

const PAGE = join(import.meta.dirname, "..", "..", "docs", "contract.md");

const ENVIRONMENT = {
  ORDERS_PASSWORD: "Orders-pass-1!",
  HOLDFAST_VAULT_KEY: "7e57".repeat(16),
  HOLDFAST_SANDBOX_PASSWORD: "Sandbox-pass-1!",
};

/** For the console; the last one has no value. */
const CONSOLE_LINES = [
  "retention.standard",
  "retention.standard.weekly + 1",
  '{ a = upper("x"), b = toset([2, 1, 1]), c = sensitive("s") }',
  "9007199254740993",
  "type([true])",
  "retention.standrad",
];

/** Changes by the scrubbed name, so that random ids do not order them; `-` after `+`. */
function byName(left: string, right: string): number {
  const [a, b] = [`${left.slice(2)}${left}`, `${right.slice(2)}${right}`];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs commands in one folder and writes down what they do. */
class Recorder {
  readonly #folder: string;
  readonly #scrubber: Scrubber;
  readonly steps: RecordedStep[] = [];

  constructor(folder: string, scrubber: Scrubber) {
    this.#folder = folder;
    this.#scrubber = scrubber;
  }

  /** Runs a command; `note` is told to the reader. Gives its stdout as it was. */
  async run(line: string, note?: string): Promise<string> {
    const words = line.split(" ");
    const before = digestsUnder(this.#folder);
    const outcome = await runHoldfast(words, { directory: this.#folder, environment: ENVIRONMENT });
    this.record(words, outcome, { note, files: this.#changes(before) });
    return outcome.stdout;
  }

  /** Runs a command that reads these lines from its input. */
  async ask(line: string, lines: readonly string[], note = ""): Promise<void> {
    const words = line.split(" ");
    const outcome = await pipeThrough(words, `${lines.join("\n")}\n`, { directory: this.#folder });
    const input = lines.map((each) => `\`${each}\``).join(", ");
    this.record(words, outcome, {
      note: `Its input, line by line: ${input}. ${note}`.trim(),
      files: [],
    });
  }

  record(
    words: readonly string[],
    { code, stdout, stderr }: CommandOutcome,
    { note, files }: { readonly note?: string | undefined; readonly files: readonly string[] },
  ): void {
    const scrub = (text: string) => this.#scrubber.scrub(text);
    const shown = words.map(scrub);
    this.steps.push({
      words: shown,
      code,
      stdout: scrub(breakDocument(stdout)),
      stderr: scrub(stderr),
      files,
      note,
    });
  }

  #changes(before: ReadonlyMap<string, string>): readonly string[] {
    const after = digestsUnder(this.#folder);
    const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    const changes = names.flatMap((name) => {
      const [old, now] = [before.get(name), after.get(name)];
      if (old === now) return [];
      const mark = old === undefined ? "+" : now === undefined ? "-" : "~";
      return `${mark} ${this.#scrubber.scrubFile(name)}`;
    });
    return [...new Set(changes)].toSorted(byName);
  }
}

async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-contract-")));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

interface Place {
  readonly folder: string;
  readonly scrubber: Scrubber;
}

async function recordProgram({ folder, scrubber }: Place): Promise<RecordedSection> {
  const recorder = new Recorder(folder, scrubber);
  scrubber.learn(process.versions.node, "<node>");
  for (const line of ["version", "version -json", "help", "help backup", "help -search recovery"])
    await recorder.run(line);
  await recorder.run("bakcup orders", "A wrong command line.");
  await recorder.run("plan -detailed -json", "A wrong flag, with -json.");
  const text = "What it is, and what it says of itself.";
  return { title: "The program", text, files: {}, steps: recorder.steps };
}

async function recordExample(scrubber: Scrubber): Promise<RecordedSection> {
  const files = { "main.hcl": EXAMPLE };
  const folder = await makeFolder(files);
  scrubber.learn(folder, "<folder>");
  const recorder = new Recorder(folder, scrubber);
  try {
    await recorder.run("validate");
    await recorder.run("graph");
    await recorder.run("graph -format mermaid");
    await recorder.ask("console -json", CONSOLE_LINES);
    await recorder.ask("console", CONSOLE_LINES, "It ends at the first error.");
    await recorder.run("plan -refresh=false -json", "There is no catalog yet.");
    await recorder.run("init");
    await recorder.run("plan -refresh=false", "It asks no server, and needs no password.");
    await recorder.run("apply -refresh=false", "The input is not a terminal.");
    await recorder.run("apply -refresh=false -auto-approve -json");
    await recorder.run("backup orders", "Its method is none that this version runs.");
    await recorder.run("backup orders -json");
    const span = "-from 2017-02-08 -at 2017-02-10T12:00 -duration full=3h";
    await recorder.run(`simulate gold ${span}`, "It needs no catalog.");
    await recorder.run(
      `simulate gold -from 2017-02-08 -at 2017-02-08T16:00 -duration full=3h -json`,
    );
    await recorder.run("simulate silver -from 2017-02-08 -at 2017-02-09");
    const text =
      "The example of the specification, as it stands there. Its server does not exist, and its method is none that this version runs: it is checked, planned and recorded, and the backup is refused in words.";
    return { title: "The example", text, files, steps: recorder.steps };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The example, with the sandbox as its server and the method that this version runs. */
function adaptedExample(port: number, caFile: string): string {
  const tls = `tls {\n    ca_file     = ${JSON.stringify(caFile)}\n    server_name = "localhost"\n  }`;
  return EXAMPLE.replace(
    '  host       = "orders.contoso.example"\n  credential = credential.ci\n',
    `  host       = "127.0.0.1"\n  port       = ${port}\n  credential = credential.ci\n  ${tls}\n`,
  )
    .replace('method    = "native"', 'method    = "snapshot"')
    .replace(/ {2}differential .*\n {2}log .*\n/, "")
    .replace("full         {", "full {");
}

async function recordMainJob(recorder: Recorder): Promise<void> {
  await recorder.run("init");
  await recorder.run("init -json", "Safe to run again.");
  await recorder.run("validate -json");
  await recorder.run("points", "Before anything is recorded.");
  await recorder.run("plan -json -detailed-exitcode");
  await recorder.run("plan -out weekly.plan");
  await recorder.run("apply weekly.plan");
  await recorder.run("apply weekly.plan -json", "A plan is carried out once.");
  await recorder.run("plan -detailed-exitcode");
  await recorder.run("show");
  await recorder.run("show -json weekly.plan");
  await recorder.run("state list");
  await recorder.run("state show policy.gold");
  await recorder.run("state rm vault.main", "Other objects refer to it.");
  await recorder.run("force-unlock 1c9d6f0e", "Nobody holds the lock.");
  await recorder.run("backup orders");
  const stdout = await recorder.run("backup orders -json");
  const { points } = parseObject(stdout.trimEnd().split("\n").at(-1) ?? "");
  const [{ id }] = points as readonly [{ readonly id: string }];
  const point = id.slice(0, 12);
  await recorder.run("points");
  await recorder.run("points orders -json");
  await recorder.run("explain shop");
  await recorder.run(`explain ${point} -json`);
  await recorder.run("explain Invoices");
  await recorder.run(`restore ${point} -to orders -as Shop_check -dry-run`);
  await recorder.run(`restore ${point} -to orders -as Shop_check -dry-run -json`);
  await recorder.run(`restore ${point} -to orders -as Shop_check`);
  await recorder.run(`restore ${point} -to orders -as Shop_again -json`);
  await recorder.run(`restore ${point} -to orders -as Shop`, "The name is taken.");
  await recorder.run("jobs");
  const jobs = await recorder.run("jobs list -json -limit 1");
  const [, job = ""] = /"id":"(job-[0-9a-f]+)"/.exec(jobs) ?? [];
  await recorder.run(`jobs show ${job}`);
  await recorder.run("verify");
  await recorder.run("verify -read-data");
  await recorder.run("verify -read-data -json");
  await recorder.run("state mv backup_set.orders backup_set.shop -dry-run");
  await recorder.run("state rm backup_set.orders -dry-run");
  await recorder.run("destroy -auto-approve");
  await recorder.run("points", "What was backed up stays in the vault, and is listed.");
  await recorder.run("backup orders -json", "Nothing is recorded that could be backed up.");
}

async function recordAll(): Promise<string> {
  const scrubber = new Scrubber();
  const folder = await makeFolder({ "shop.sql": SHOP_SCRIPT });
  scrubber.learn(folder, "<folder>");
  let sandbox: ReturnType<typeof startHoldfast> | undefined;
  try {
    const program = await recordProgram({ folder, scrubber });
    const example = await recordExample(scrubber);
    const words = ["sandbox", "-json", "-load", "Shop=shop.sql"];
    sandbox = startHoldfast(words, { directory: folder, environment: ENVIRONMENT });
    const lines = sandbox.lines[Symbol.asyncIterator]();
    const first = await lines.next();
    const ready = parseObject(String(first.value));
    const { port, ca_file: caFile } = ready;
    assert.ok(typeof port === "number" && typeof caFile === "string");
    scrubber.learn(caFile, "<ca_file>");
    scrubber.learn(String(port), "<port>");
    const configuration = adaptedExample(port, caFile);
    await writeFile(join(folder, "main.hcl"), configuration);
    const recorder = new Recorder(folder, scrubber);
    await recordMainJob(recorder);
    sandbox.kill("SIGTERM");
    const { code, stderr } = await sandbox.outcome;
    const server = new Recorder(folder, scrubber);
    const note = "It serves until SIGTERM or Ctrl-C; the commands below ran meanwhile.";
    server.record(words, { code, stdout: `${first.value}\n`, stderr }, { note, files: [] });
    assert.equal(existsSync(caFile), false, "the sandbox left its folder");
    const files = { "main.hcl": scrubber.scrub(configuration), "shop.sql": SHOP_SCRIPT };
    const text =
      "The same example with the sandbox as its server, the method snapshot and full backups only, over a database of two tables.";
    const steps = [...server.steps, ...recorder.steps];
    return formatContract([program, example, { title: "The main job", text, files, steps }]);
  } finally {
    sandbox?.kill("SIGTERM");
    await sandbox?.outcome;
    await rm(folder, { recursive: true });
  }
}

test("the commands of the main job print and leave what docs/contract.md says", async () => {
  const page = await recordAll();
  for (const secret of Object.values(ENVIRONMENT))
    assert.ok(!page.replaceAll(SHOP_SCRIPT, "").includes(secret), "a command printed a secret");
  if (process.env["UPDATE_CONTRACT"] === "1") await writeFile(PAGE, page);
  const difference = firstDifference(await readFile(PAGE, "utf8"), page);
  assert.equal(difference, undefined, "run it with UPDATE_CONTRACT=1 and read what changed");
});

/** The first lines that differ, with the command that they are of. */
function firstDifference(page: string, now: string): object | undefined {
  const [old, fresh] = [page.split("\n"), now.split("\n")];
  const at = old.findIndex((line, index) => line !== fresh[index]);
  if (at < 0) return undefined;
  const command = old.slice(0, at + 1).findLast((line) => line.startsWith("### "));
  const [before = "", after = ""] = [old[at], fresh[at]];
  const column = before.split("").findIndex((unit, index) => unit !== after[index]);
  const from = Math.max(0, column - 60);
  return { command, page: before.slice(from, from + 120), now: after.slice(from, from + 120) };
}
