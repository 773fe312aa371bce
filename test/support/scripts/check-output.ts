import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { type OutputName, outputJsonSchema } from "../../../schemas/outputs/output-schemas.ts";

const ajv = new Ajv({
  strict: false,
  formats: { "date-time": true },
  code: { optimize: false },
});
const compiled = new Map<OutputName, ValidateFunction>();

function validatorOf(name: OutputName): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile(outputJsonSchema(name, "closed"));
  compiled.set(name, made);
  return made;
}

/** By command: the schema of its document; `event` where each line is one. */
const DOCUMENTS: Readonly<Record<string, (words: readonly string[]) => OutputName | undefined>> = {
  apply: () => "event",
  approve: () => "approval",
  backup: () => "event",
  destroy: () => "event",
  drift: () => "drift",
  explain: () => "explain",
  graph: () => "graph",
  "import-backup": () => "event",
  init: () => "init",
  jobs: ([, verb = "list"]) => (verb === "list" || verb.startsWith("-") ? "jobs" : "job"),
  output: ([, name = "-"]) => (name.startsWith("-") ? "outputs" : undefined),
  plan: () => "plan",
  points: (words) => (words.some((word) => /clear-suspect/.test(word)) ? undefined : "points"),
  prune: () => "event",
  restore: () => "event",
  run: () => "event",
  show: (words) => (words.slice(1).some((word) => !word.startsWith("-")) ? "plan" : "state"),
  simulate: (words) => (words.some((word) => /^--?forecast/.test(word)) ? "forecast" : "simulate"),
  state: ([, verb = "", id = ""]) => {
    if (verb === "applies") return /^(?:-.*)?$/.test(id) ? "applies" : "apply";
    return verb === "list" ? "state-list" : verb === "show" ? "state-object" : undefined;
  },
  sync: () => "sync-status",
  test: () => "test",
  validate: () => "validate",
  verify: () => "event",
  version: () => "version",
};

/** The last line of streams. */
const SUMMARIES: Readonly<Record<string, OutputName>> = {
  apply: "apply-summary",
  backup: "backup-summary",
  destroy: "apply-summary",
  restore: "restore-summary",
};

/**
 * Holds what a command printed with `-json` against its JSON Schema, and takes no member that the schema lacks: add those to
 * `schemas/outputs`, and run `npm run generate`.
 */
export function checkOutput(words: readonly string[], stdout: string): void {
  const [name = ""] = words;
  if (!words.some((word) => /^--?json(?:=true)?$/.test(word)) || stdout === "") return;
  const document = DOCUMENTS[name]?.(words);
  if (document === undefined) return;
  const parts = documentsOf(stdout);
  for (const [index, part] of parts.entries()) {
    const isBefore = index < parts.length - 1 && document !== "sync-status";
    checkPart(part, { words, document: isBefore ? "event" : document });
  }
}

function checkPart(
  part: unknown,
  { words, document }: { readonly words: readonly string[]; readonly document: OutputName },
): void {
  const { type } = part as { readonly type?: unknown };
  validate(type === "diagnostic" ? "event" : document, part, words);
  const summary = SUMMARIES[words[0] ?? ""];
  if (summary !== undefined && type === "summary") validate(summary, part, words);
}

function documentsOf(stdout: string): readonly unknown[] {
  try {
    return [JSON.parse(stdout)];
  } catch {
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line));
  }
}

function validate(name: OutputName, value: unknown, words: readonly string[]): void {
  const isValid = validatorOf(name);
  if (isValid(value)) return;
  const [first] = isValid.errors ?? [];
  const problem = JSON.stringify({ at: first?.instancePath, is: first?.message, ...first?.params });
  const hint = "schemas/outputs says otherwise";
  assert.fail(
    `holdfast ${words.join(" ")}: ${hint} (${name}): ${problem}\n${JSON.stringify(value)}`,
  );
}
