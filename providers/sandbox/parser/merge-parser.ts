import type { MergeAction, MergeClause, MergeStatement } from "./ast-changes.ts";
import {
  parseAssignment,
  parseOutputs,
  parseTarget,
  type RowStatementStart,
} from "./change-parser.ts";
import { parseIdentifier } from "./names.ts";
import { parseHints } from "./query-parser.ts";
import { parseTop } from "./select-parser.ts";
import { parseTableSource, takeTableAlias } from "./table-source-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseMerge(cursor: TokenCursor, start: RowStatementStart): MergeStatement {
  cursor.expect("merge");
  const top = parseTop(cursor);
  cursor.take("into");
  const target = { ...parseTarget(cursor), alias: takeTableAlias(cursor) };
  cursor.expect("using");
  const source = parseTableSource(cursor);
  cursor.expect("on");
  const on = cursor.grammar.predicate(cursor);
  const clauses: MergeClause[] = [];
  while (cursor.at("when")) clauses.push(parseClause(cursor));
  if (clauses.length === 0) cursor.fail();
  const output = parseOutputs(cursor);
  const hints = parseHints(cursor);
  if (!cursor.at(";")) {
    cursor.failWith(10713, "A MERGE statement must be terminated by a semi-colon (;).");
  }
  return {
    kind: "merge",
    ctes: start.ctes,
    top,
    target,
    source,
    on,
    clauses,
    output,
    hints,
    ...cursor.span(start.mark),
  };
}

function parseClause(cursor: TokenCursor): MergeClause {
  const mark = cursor.position;
  cursor.expect("when");
  const when = parseWhen(cursor);
  const condition = cursor.take("and") ? cursor.grammar.predicate(cursor) : undefined;
  cursor.expect("then");
  const action = parseAction(cursor);
  return { when, condition, action, ...cursor.span(mark) };
}

function parseWhen(cursor: TokenCursor): MergeClause["when"] {
  const isMatched = !cursor.take("not");
  cursor.expect("matched");
  if (isMatched) return "matched";
  if (!cursor.take("by")) return "not_matched_by_target";
  return cursor.expectAny("target", "source") === "target"
    ? "not_matched_by_target"
    : "not_matched_by_source";
}

function parseAction(cursor: TokenCursor): MergeAction {
  switch (cursor.expectAny("update", "delete", "insert")) {
    case "update":
      cursor.expect("set");
      return { kind: "update", assignments: cursor.list(parseAssignment) };
    case "delete":
      return { kind: "delete" };
    case "insert":
      return parseInsertAction(cursor);
  }
}

function parseInsertAction(cursor: TokenCursor): MergeAction {
  const columns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : undefined;
  if (cursor.takeWords("default", "values")) return { kind: "insert", columns, values: undefined };
  cursor.expect("values");
  return { kind: "insert", columns, values: cursor.parenthesized(cursor.grammar.expression) };
}
