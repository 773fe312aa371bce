import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Expression } from "./expression.ts";
import { LocatedExpression, NativeBody } from "./native-body.ts";
import type { ParsedFile, SourceInput } from "./parsed-file.ts";
import { SourceFile } from "./source-file.ts";
import { brokenSource, openSource, oversizedSource } from "./source-text.ts";
import type { BodyNode } from "./syntax/body-node.ts";
import type { ExpressionNode } from "./syntax/expression-node.ts";
import { NUL_DETAIL, problemsOfTokens } from "./syntax/invalid-tokens.ts";
import { parseFileBody } from "./syntax/parse-body.ts";
import { parseExpression as parseNode } from "./syntax/parse-expression.ts";
import { parseBareTemplate } from "./syntax/parse-template.ts";
import { DIAGNOSTIC_LIMIT, SyntaxFault, TokenReader } from "./syntax/token-reader.ts";
import { tokenize } from "./syntax/tokenize.ts";
import { TOKEN, type Tokens } from "./syntax/tokens.ts";

const NOTHING: BodyNode = { attributes: [], blocks: [], start: 0, end: 0 };

/** Parses a file in native syntax. Never throws; at most 50 diagnostics. */
export function parseHcl(input: SourceInput): ParsedFile {
  return parseHclTokens(input).parsed;
}

export interface ParsedTokens {
  readonly parsed: ParsedFile;
  /** Those of `parsed.file.text`. */
  readonly tokens: Tokens;
}

/** As `parseHcl`, with the tokens that the file was cut into. */
export function parseHclTokens(input: SourceInput): ParsedTokens {
  const oversized = oversizedSource(input);
  if (oversized !== undefined) {
    const parsed = parsedFile(new SourceFile(input.filename, ""), NOTHING, [oversized]);
    return { parsed, tokens: tokenize("") };
  }
  const { file, reader, diagnostics, isReadable, hidden } = openReader(input, "code");
  const node = isReadable ? parseFileBody(reader) : NOTHING;
  const parsed = parsedFile(file, node, withHidden(diagnostics, hidden));
  return { parsed, tokens: reader.tokens };
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
  const { file, reader, diagnostics, isReadable, hidden } = openReader(input, start);
  let node: ExpressionNode = { kind: "invalid", start: 0, end: file.text.length };
  try {
    if (isReadable) node = parse(reader);
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
  }
  const expression = new LocatedExpression(file, node);
  return { expression, diagnostics: withHidden(diagnostics, hidden) };
}

interface OpenReader {
  readonly file: SourceFile;
  readonly reader: TokenReader;
  /** What the reader finds, first what is wrong with single characters. */
  readonly diagnostics: readonly Diagnostic[];
  /** False where the text is broken outside comments: only what stands before is reported. */
  readonly isReadable: boolean;
  /** Faults in what no token holds, which are told last. */
  readonly hidden: readonly Diagnostic[];
}

function openReader(input: SourceInput, start: "code" | "template"): OpenReader {
  const { file, brokenAt } = openSource(input);
  const diagnostics: Diagnostic[] = [];
  const hidden: Diagnostic[] = [];
  const tokens = tokenize(file.text, start);
  const reader = new TokenReader({ file, text: file.text, tokens, diagnostics });
  const isReadable = brokenAt === undefined || isInComment(tokens, brokenAt);
  for (const problem of problemsOfTokens(file.text, tokens)) {
    if (isReadable || problem.at.start < brokenAt) reader.report(problem);
  }
  if (brokenAt !== undefined) {
    (isReadable ? hidden : diagnostics).push(brokenSource(file, brokenAt));
  }
  const nul = file.text.indexOf("\0");
  const isNulTold = diagnostics.some(({ detail }) => detail === NUL_DETAIL);
  if (nul >= 0 && !isNulTold) hidden.push(holdsNul(file, nul));
  return { file, reader, diagnostics, isReadable, hidden };
}

function isInComment({ comments }: Tokens, offset: number): boolean {
  return comments.some(({ start, end }) => start <= offset && offset < end);
}

function withHidden(
  diagnostics: readonly Diagnostic[],
  hidden: readonly Diagnostic[],
): readonly Diagnostic[] {
  return [...diagnostics, ...hidden].slice(0, DIAGNOSTIC_LIMIT);
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
