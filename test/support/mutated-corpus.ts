import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Body } from "../../core/language/body.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { parseHcl } from "../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../core/language/parse-json-config.ts";
import type { ParsedFile } from "../../core/language/parsed-file.ts";
import { references } from "../../core/language/references.ts";
import { createTestEnvironment } from "./function-environment.ts";

export const MUTATIONS_FOLDER = join(import.meta.dirname, "..", "golden", "syntax-mutations");

export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The valid files that mutations start from. */
export function corpusFiles(): readonly CorpusFile[] {
  const paths = globSync(join(MUTATIONS_FOLDER, "corpus", "*")).sort();
  return paths.map((path) => ({ name: basename(path), bytes: readFileSync(path) }));
}

/** Parses a file by the ending of its name. */
export function parseNamed(filename: string, bytes: Uint8Array): ParsedFile {
  const parse = filename.endsWith(".json") ? parseJsonConfig : parseHcl;
  return parse({ filename, bytes });
}

const SCOPE = { variables: new Map(), functions: standardFunctions(createTestEnvironment()) };

/** Parses a file and does with its tree what a run does: no step may throw, every range must lie in the file. */
export function useFile(filename: string, bytes: Uint8Array): ParsedFile {
  const parsed = parseNamed(filename, bytes);
  assert.ok(parsed.diagnostics.length <= 50, `${parsed.diagnostics.length} diagnostics`);
  for (const { subject } of parsed.diagnostics) {
    assert.ok(subject !== undefined);
    assert.ok(subject.start.byte <= subject.end.byte);
    assert.ok(subject.end.byte <= Buffer.byteLength(parsed.file.text) + 3);
    parsed.contextAt(subject.start.byte);
  }
  readAll(parsed.body);
  return parsed;
}

const LABELLED = ["policy", "server", "variable", "block", "check", "module", "output", "dynamic"];
const PLAIN = ["log", "lifecycle", "locals", "full", "tls", "databases", "precondition", "content"];
const BLOCKS = Object.fromEntries([
  ...LABELLED.map((type) => [type, { labels: ["name"] }] as const),
  ...PLAIN.map((type) => [type, {}] as const),
]);

function readAll(body: Body): void {
  for (const { expression, range, nameRange } of body.attributes().attributes.values()) {
    assert.ok(range.start.byte <= nameRange.start.byte);
    assert.ok(nameRange.end.byte <= range.end.byte);
    evaluate(expression, SCOPE);
    for (const reference of references(expression)) {
      assert.ok(reference.rootRange.end.byte <= reference.range.end.byte);
    }
  }
  for (const block of body.content({ attributes: {}, blocks: BLOCKS }).blocks) readAll(block.body);
}
