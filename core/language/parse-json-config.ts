import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { JsonBody } from "./json/json-body.ts";
import { jsonContextAt } from "./json/json-context.ts";
import type { JsonNode, JsonObject } from "./json/json-node.ts";
import { JSON_PROBLEMS, jsonProblem } from "./json/json-problem.ts";
import { parseJson } from "./json/parse-json.ts";
import type { ParsedFile, SourceInput } from "./parsed-file.ts";
import { SourceFile } from "./source-file.ts";
import { brokenSource, openSource, oversizedSource } from "./source-text.ts";
import { DIAGNOSTIC_LIMIT } from "./syntax/token-reader.ts";

/** Parses a file in JSON syntax, in the mapping that Terraform uses. Never throws; at most 50 diagnostics. */
export function parseJsonConfig(input: SourceInput): ParsedFile {
  const oversized = oversizedSource(input);
  if (oversized !== undefined)
    return parsedFile(new SourceFile(input.filename, ""), [], [oversized]);
  const { file, brokenAt } = openSource(input);
  const diagnostics: Diagnostic[] = [];
  const root = parseJson(file, diagnostics);
  if (brokenAt !== undefined) {
    const breaking = brokenSource(file, brokenAt);
    const others = diagnostics.filter((one) => startOf(one) !== startOf(breaking));
    return parsedFile(file, [], [...others, breaking].slice(0, DIAGNOSTIC_LIMIT));
  }
  const values = root?.kind === "array" ? root.elements : root === undefined ? [] : [root];
  const wrong = values.find(({ kind }) => kind !== "object" && kind !== "invalid");
  if (wrong !== undefined && diagnostics.length === 0) {
    diagnostics.push(jsonProblem(file, JSON_PROBLEMS.root, wrong));
  }
  return parsedFile(file, values, diagnostics);
}

function startOf({ subject }: Diagnostic): number {
  return subject?.start.byte ?? 0;
}

function parsedFile(
  file: SourceFile,
  values: readonly JsonNode[],
  diagnostics: readonly Diagnostic[],
): ParsedFile {
  const objects = values.filter((value): value is JsonObject => value.kind === "object");
  return {
    body: new JsonBody(file, objects),
    diagnostics,
    file,
    contextAt: (byte) => jsonContextAt(objects, file.offsetOf(byte)),
  };
}
