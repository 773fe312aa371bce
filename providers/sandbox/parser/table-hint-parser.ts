import type { TableHint } from "./ast-queries.ts";
import { isName, parseIdentifier } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

const HINTS: ReadonlySet<string> = new Set([
  "fastfirstrow",
  "forceplan",
  "forcescan",
  "forceseek",
  "holdlock",
  "ignore_constraints",
  "ignore_triggers",
  "index",
  "keepdefaults",
  "keepidentity",
  "noexpand",
  "nolock",
  "nowait",
  "paglock",
  "readcommitted",
  "readcommittedlock",
  "readpast",
  "readuncommitted",
  "repeatableread",
  "rowlock",
  "serializable",
  "snapshot",
  "tablock",
  "tablockx",
  "updlock",
  "xlock",
]);

export function isTableHint(word: string): boolean {
  return HINTS.has(word);
}

/** `(NOLOCK, INDEX(1))`: the comma between hints may be missing. */
export function parseTableHints(cursor: TokenCursor): TableHint[] {
  cursor.expect("(");
  const hints: TableHint[] = [];
  do {
    hints.push(parseHint(cursor));
    cursor.take(",");
  } while (!cursor.at(")"));
  cursor.expect(")");
  return hints;
}

function parseHint(cursor: TokenCursor): TableHint {
  const { word } = cursor;
  if (!isTableHint(word)) {
    if (!isName(cursor)) cursor.fail();
    cursor.failWith(
      321,
      `"${cursor.shown}" is not a recognized table hints option. If it is intended as a parameter to a table-valued function or to the CHANGETABLE function, ensure that your database compatibility mode is set to 90.`,
    );
  }
  cursor.advance();
  if (word !== "index" && word !== "forceseek") return { name: word, arguments: [] };
  if (cursor.take("=")) {
    const single = cursor.at("(") ? cursor.parenthesized(parseArgument) : [parseArgument(cursor)];
    return { name: word, arguments: single };
  }
  return { name: word, arguments: cursor.at("(") ? parseArguments(cursor) : [] };
}

function parseArguments(cursor: TokenCursor): string[] {
  cursor.expect("(");
  const values = cursor.list(parseArgument);
  if (cursor.at("(")) values.push(...cursor.parenthesized(parseArgument));
  cursor.expect(")");
  return values;
}

function parseArgument(cursor: TokenCursor): string {
  if (cursor.kind !== "integer") return parseIdentifier(cursor).value;
  const { source } = cursor;
  cursor.advance();
  return source;
}
