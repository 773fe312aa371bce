import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createForeignParser } from "../../cmd/wiring/foreign-parser.ts";
import { crossCheck } from "../../core/language/cross-check/cross-check.ts";
import { parseHcl } from "../../core/language/parse-hcl.ts";
import type { ParsedFile } from "../../core/language/parsed-file.ts";
import { corpusFiles } from "../support/mutated-corpus.ts";
import { sharedData } from "../support/shared-data.ts";
import { mutateFile, randomFrom } from "../support/syntax-mutator.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const parser = createForeignParser(new AbortController().signal);

function parsed(filename: string, bytes: Uint8Array): ParsedFile {
  return parseHcl({ filename, bytes });
}

/** The native files that every checkout has. */
function ownFiles(): readonly ParsedFile[] {
  const corpus = corpusFiles().filter(({ name }) => name.endsWith(".hcl"));
  const examples = globSync(join(ROOT, "examples", "**", "*.hcl"));
  return [
    ...corpus.map(({ name, bytes }) => parsed(name, bytes)),
    ...examples.map((path) => parsed(path, readFileSync(path))),
  ];
}

/** Those of the specification suite and of the cases, where they are. */
function sharedFiles(folder: string): readonly ParsedFile[] {
  const paths = globSync(join(folder, "**", "*.{hcl,hcldec,t}"));
  const tables = globSync(join(folder, "*_cases*.json"));
  const inputs = tables.flatMap((path) => {
    const cases = JSON.parse(readFileSync(path, "utf8")) as readonly {
      readonly input?: string;
      readonly expr?: string;
    }[];
    return cases.map(({ input, expr }) => input ?? `x = ${expr}\n`);
  });
  return [
    ...paths.map((path) => parsed(path, readFileSync(path))),
    ...inputs.map((text, at) => parsed(`case ${at}`, Buffer.from(text))),
  ];
}

/** What another parser reads as we do; throws at the first difference. Gives how many files were compared. */
async function compare(files: readonly ParsedFile[]): Promise<number> {
  const { compared, diagnostics } = await crossCheck(files, parser);
  const differences = diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    differences.map(
      ({ subject, detail }) => `${subject?.filename}:${subject?.start.line} ${detail}`,
    ),
    [],
  );
  return compared;
}

test("every valid file of the project has the tree that Go's parser makes of it", async (t) => {
  const files = ownFiles();
  const folder = sharedData("data", "hcl");
  if (folder === undefined)
    t.diagnostic("the shared data is not here: its files were not compared");
  const all = folder === undefined ? files : [...files, ...sharedFiles(folder)];
  const valid = all.filter(({ diagnostics }) => diagnostics.length === 0);
  const compared = await compare(valid);
  t.diagnostic(`${compared} of ${valid.length} valid files compared`);
  assert.ok(compared >= valid.length * 0.9);
});

test("mutated files that are still valid have the tree that Go's parser makes of them", async (t) => {
  const seed = Number(process.env["HOLDFAST_TEST_SEED"] ?? 1);
  t.diagnostic(`seed ${seed} (HOLDFAST_TEST_SEED)`);
  const random = randomFrom(seed);
  const corpus = corpusFiles().filter(({ name }) => name.endsWith(".hcl"));
  const mutated = Array.from({ length: 600 }, (_, turn) => {
    const { name, bytes } = corpus[turn % corpus.length] ?? assert.fail();
    return parsed(`${name} of turn ${turn}`, mutateFile(bytes, random));
  });
  const valid = mutated.filter(({ diagnostics }) => diagnostics.length === 0);
  const compared = await compare(valid);
  t.diagnostic(`${compared} of ${valid.length} valid files compared`);
  assert.ok(compared > 50);
});

/** What Go's parser of that age takes and the one of today does not. */
const NEWLY_REFUSED = /legacy index|Invalid number literal/;

test("mutated files that we refuse are refused by Go's parser too", async () => {
  const random = randomFrom(Number(process.env["HOLDFAST_TEST_SEED"] ?? 1));
  const corpus = corpusFiles().filter(({ name }) => name.endsWith(".hcl"));
  const refused = Array.from({ length: 150 }, (_, turn) => {
    const { name, bytes } = corpus[turn % corpus.length] ?? assert.fail();
    return parsed(`${name} of turn ${turn}`, mutateFile(bytes, random));
  }).filter(
    ({ diagnostics, file }) =>
      diagnostics.length > 0 &&
      !/[\0\ufffd]/.test(file.text) &&
      !diagnostics.some(({ summary }) => NEWLY_REFUSED.test(summary)),
  );
  const answers = await parser.parse(refused.map(({ file }) => file.text));
  const taken = refused.filter((_, at) => answers[at]?.kind === "document");
  assert.ok(refused.length > 70);
  assert.deepEqual(
    taken.map(({ file, diagnostics }) => [diagnostics[0]?.summary, file.text]),
    [],
  );
});
