import { type ParseError, parseTree } from "jsonc-parser";
import { errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { JsonBody } from "./json/json-body.ts";
import { jsonProblem, nestingProblem } from "./json/json-problem.ts";
import type { ParsedFile, SourceInput } from "./parsed-file.ts";
import type { SourceFile } from "./source-file.ts";
import { brokenSource, openSource } from "./source-text.ts";

/** Parses a file in JSON syntax, in the mapping that Terraform uses. Never throws. */
export function parseJsonConfig(input: SourceInput): ParsedFile {
  const { file, brokenAt } = openSource(input);
  const problem = brokenAt === undefined ? nestingProblem(file) : brokenSource(file, brokenAt);
  if (problem !== undefined) return parsedFile(file, new JsonBody(file, []), [problem]);
  const errors: ParseError[] = [];
  const root = parseTree(file.text, errors, { disallowComments: true });
  const [error] = errors;
  const nodes = root?.type === "array" ? (root.children ?? []) : root === undefined ? [] : [root];
  if (error !== undefined)
    return parsedFile(file, new JsonBody(file, nodes), [jsonProblem(file, error)]);
  const wrong = nodes.find(({ type }) => type !== "object");
  const body = new JsonBody(file, nodes);
  if (wrong === undefined) return parsedFile(file, body, []);
  return parsedFile(file, body, [
    errorDiagnostic({
      code: "LANGUAGE_SYNTAX",
      summary: "Incorrect JSON value type",
      detail: "A configuration in JSON syntax is one object, or an array of objects.",
      subject: file.range(wrong.offset, wrong.offset + wrong.length),
    }),
  ]);
}

function parsedFile(
  file: SourceFile,
  body: JsonBody,
  diagnostics: ParsedFile["diagnostics"],
): ParsedFile {
  return { body, diagnostics, file, contextAt: () => undefined };
}
