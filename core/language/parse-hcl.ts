import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Expression } from "./expression.ts";
import { LocatedExpression, NativeBody } from "./native-body.ts";
import type { ParsedFile, SourceInput } from "./parsed-file.ts";
import type { SourceFile } from "./source-file.ts";
import { brokenSource, type OpenedSource, openSource } from "./source-text.ts";
import type { BodyNode } from "./syntax/body-node.ts";
import type { ExpressionNode } from "./syntax/expression-node.ts";
import { NUL_DETAIL, problemsOfTokens } from "./syntax/invalid-tokens.ts";
import { parseFileBody } from "./syntax/parse-body.ts";
import { parseExpression as parseNode } from "./syntax/parse-expression.ts";
import { parseBareTemplate } from "./syntax/parse-template.ts";
import { DIAGNOSTIC_LIMIT, SyntaxFault, TokenReader } from "./syntax/token-reader.ts";
import { tokenize } from "./syntax/tokenize.ts";
import { TOKEN } from "./syntax/tokens.ts";

const NOTHING: BodyNode = { attributes: [], blocks: [], start: 0, end: 0 };

/** Parses a file in native syntax. Never throws; at most 50 diagnostics. */
export function parseHcl(input: SourceInput): ParsedFile {
  const opened = openSource(input);
  const { reader, diagnostics } = openReader(opened, "code");
  if (opened.brokenAt !== undefined) return parsedFile(opened.file, NOTHING, diagnostics);
  const node = parseFileBody(reader);
  return parsedFile(opened.file, node, withNul(opened.file, diagnostics));
}

export interface ParsedExpression {
  readonly expression: Expression;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a text that is one expression; line breaks may stand anywhere in it. */
export function parseExpressionText(input: SourceInput): ParsedExpression {
  return parseWhole(input, "code", (reader) =>
    reader.withNewlines(false, () => {
      const node = parseNode(reader);
      if (reader.peek() !== TOKEN.end) {
        reader.report({
          summary: "Extra characters after expression",
          detail:
            "An expression was successfully parsed, but extra characters were found after it.",
          at: reader.nextSpan(),
        });
      }
      return node;
    }),
  );
}

/** Parses a text that is one template, without quotes around it. */
export function parseTemplateText(input: SourceInput): ParsedExpression {
  return parseWhole(input, "template", (reader) => parseBareTemplate(reader, parseNode));
}

function parseWhole(
  input: SourceInput,
  start: "code" | "template",
  parse: (reader: TokenReader) => ExpressionNode,
): ParsedExpression {
  const opened = openSource(input);
  const { file } = opened;
  const { reader, diagnostics } = openReader(opened, start);
  let node: ExpressionNode = { kind: "invalid", start: 0, end: file.text.length };
  try {
    if (opened.brokenAt === undefined) node = parse(reader);
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
  }
  const expression = new LocatedExpression(file, node);
  return { expression, diagnostics: withNul(file, diagnostics) };
}

/** A reader, and what is wrong with single characters; of broken text only what stands before the break. */
function openReader(
  { file, brokenAt }: OpenedSource,
  start: "code" | "template",
): { readonly reader: TokenReader; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tokens = tokenize(file.text, start);
  const reader = new TokenReader({ file, text: file.text, tokens, diagnostics });
  for (const problem of problemsOfTokens(file.text, tokens)) {
    if (brokenAt === undefined || problem.at.start < brokenAt) reader.report(problem);
  }
  if (brokenAt !== undefined) diagnostics.push(brokenSource(file, brokenAt));
  return { reader, diagnostics };
}

/** The characters of strings and comments are no tokens: a NUL among them is told last. */
function withNul(file: SourceFile, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const nul = file.text.indexOf("\0");
  const isTold = diagnostics.some(({ detail }) => detail === NUL_DETAIL);
  if (nul < 0 || isTold || diagnostics.length >= DIAGNOSTIC_LIMIT) return diagnostics;
  return [...diagnostics, holdsNul(file, nul)];
}

function holdsNul(file: SourceFile, at: number): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Invalid character",
    detail: NUL_DETAIL,
    subject: file.range(at, at + 1),
  });
}

function parsedFile(
  file: SourceFile,
  node: BodyNode,
  diagnostics: readonly Diagnostic[],
): ParsedFile {
  return {
    body: new NativeBody(file, node, { start: node.end, end: node.end }),
    diagnostics,
    file,
    contextAt(byte) {
      const offset = file.offsetOf(byte);
      const block = node.blocks.find(({ start, end }) => start <= offset && offset < end);
      if (block === undefined) return undefined;
      return [block.type, ...block.labels.map(({ text }) => JSON.stringify(text))].join(" ");
    },
  };
}
