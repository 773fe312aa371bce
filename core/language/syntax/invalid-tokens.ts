import type { Span } from "./expression-node.ts";
import type { SyntaxProblem } from "./token-reader.ts";
import { TOKEN, type Tokens } from "./tokens.ts";

interface Rule {
  readonly summary: string;
  readonly detail: string;
  /** How often a text is told about it. */
  readonly limit: number;
}

const CHARACTER = "Invalid character";
const OPERATOR = "Unsupported operator";

export const NUL_DETAIL =
  "The file holds a NUL character, which no text may hold. It may be binary, or text in UTF-16; save it as UTF-8 text.";

const RULES: Readonly<Record<string, Rule>> = {
  "&": {
    summary: OPERATOR,
    detail: 'Bitwise operators are not supported. Did you mean boolean AND ("&&")?',
    limit: 4,
  },
  "|": {
    summary: OPERATOR,
    detail: 'Bitwise operators are not supported. Did you mean boolean OR ("||")?',
    limit: 4,
  },
  "~": {
    summary: OPERATOR,
    detail: 'Bitwise operators are not supported. Did you mean boolean NOT ("!")?',
    limit: 4,
  },
  "^": { summary: OPERATOR, detail: "Bitwise operators are not supported.", limit: 4 },
  "**": {
    summary: OPERATOR,
    detail: 'There is no operator "**". Call the function pow(base, exponent) instead.',
    limit: 4,
  },
  "`": {
    summary: CHARACTER,
    detail:
      'A backtick means nothing here. Write a string in double quotes, or a text of several lines as a heredoc that starts with "<<EOT".',
    limit: 1,
  },
  "'": {
    summary: CHARACTER,
    detail: 'A string is written in double quotes ("), not in single quotes.',
    limit: 1,
  },
  ";": {
    summary: CHARACTER,
    detail:
      'A ";" separates nothing here. Put each argument on a line of its own, and a comma between the items of a list or object.',
    limit: 1,
  },
  "\r": {
    summary: CHARACTER,
    detail:
      'A carriage return stands here without a line feed behind it. Save the file with line breaks of the form LF or CRLF; in a quoted string write the character as "\\r".',
    limit: 1,
  },
  "\0": { summary: CHARACTER, detail: NUL_DETAIL, limit: 1 },
};

const CURLY: Rule = {
  summary: CHARACTER,
  detail:
    'Curly quotes, which word processors and forums insert, do not enclose strings. Replace them by straight double quotes (").',
  limit: 4,
};

const UNUSED: Rule = {
  summary: CHARACTER,
  detail: "This character is not used within the language.",
  limit: 10,
};

const UNCLOSED_COMMENT: Rule = {
  summary: "Unterminated comment",
  detail: 'This comment starts with "/*" and has no "*/" before the end of the file.',
  limit: 1,
};

const BROKEN_STRING: Rule = {
  summary: "Invalid multi-line string",
  detail:
    'Quoted strings may not be split over multiple lines. Close the string with a double quote on its own line, or write a text of several lines with "\\n" or as a heredoc that starts with "<<EOT".',
  limit: 10,
};

/** What the tokens hold that can stand nowhere, in order. */
export function problemsOfTokens(text: string, tokens: Tokens): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const told = new Map<Rule, number>();
  for (let at = 0; at < tokens.kinds.length; at += 1) {
    const kind = tokens.kinds[at];
    if (kind !== TOKEN.invalid && kind !== TOKEN.quotedNewline) continue;
    const span: Span = { start: tokens.starts[at] ?? 0, end: tokens.ends[at] ?? 0 };
    const rule = kind === TOKEN.invalid ? ruleOf(text.slice(span.start, span.end)) : BROKEN_STRING;
    const times = told.get(rule) ?? 0;
    told.set(rule, times + 1);
    if (times < rule.limit) problems.push({ ...rule, at: markedSpan(rule, span) });
  }
  return problems;
}

function ruleOf(text: string): Rule {
  if (text.startsWith("/*")) return UNCLOSED_COMMENT;
  if (text === "“" || text === "”") return CURLY;
  return (Object.hasOwn(RULES, text) ? RULES[text] : undefined) ?? UNUSED;
}

function markedSpan(rule: Rule, span: Span): Span {
  return rule === UNCLOSED_COMMENT ? { start: span.start, end: span.start + 2 } : span;
}
