import type { Expression } from "./ast-expressions.ts";
import type { SystemTime } from "./ast-queries.ts";
import type {
  HistoryRetention,
  NamedOption,
  PeriodElement,
  SystemVersioning,
} from "./ast-tables.ts";
import { parseIdentifier, parseNumber, parseObjectName } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** `PERIOD FOR SYSTEM_TIME (start, end)`. */
export function parsePeriod(cursor: TokenCursor): PeriodElement {
  const mark = cursor.position;
  cursor.expect("period", "for", "system_time", "(");
  const startColumn = parseIdentifier(cursor);
  cursor.expect(",");
  const endColumn = parseIdentifier(cursor);
  cursor.expect(")");
  return { kind: "period", startColumn, endColumn, ...cursor.span(mark) };
}

/** Behind SYSTEM_VERSIONING. */
export function parseSystemVersioning(cursor: TokenCursor): NamedOption {
  const name = "system_versioning";
  cursor.expect("=");
  if (cursor.take("off")) return { name, value: false };
  cursor.expect("on");
  const parts: { -readonly [Key in keyof SystemVersioning]: SystemVersioning[Key] } = {
    historyTable: undefined,
    checksConsistency: true,
    retention: undefined,
  };
  if (cursor.at("(")) cursor.parenthesized((inner) => parsePart(inner, parts));
  return { name, value: true, versioning: parts };
}

function parsePart(
  cursor: TokenCursor,
  parts: { -readonly [Key in keyof SystemVersioning]: SystemVersioning[Key] },
): void {
  const word = cursor.expectAny(
    "history_table",
    "data_consistency_check",
    "history_retention_period",
  );
  cursor.expect("=");
  if (word === "history_table") parts.historyTable = parseObjectName(cursor);
  else if (word === "data_consistency_check") {
    parts.checksConsistency = cursor.expectAny("on", "off") === "on";
  } else parts.retention = parseRetention(cursor);
}

function parseRetention(cursor: TokenCursor): HistoryRetention {
  if (cursor.take("infinite")) return "infinite";
  const length = parseNumber(cursor);
  const unit = cursor.expectAny("day", "days", "week", "weeks", "month", "months", "year", "years");
  return {
    length,
    unit: unit.replace(/s$/, "").toUpperCase() as "DAY" | "WEEK" | "MONTH" | "YEAR",
  };
}

/** Behind the name of a table; undefined where no FOR SYSTEM_TIME follows. */
export function takeSystemTime(cursor: TokenCursor): SystemTime | undefined {
  if (!cursor.takeWords("for", "system_time")) return undefined;
  if (cursor.take("all")) return { kind: "all" };
  if (cursor.takeWords("as", "of")) return { kind: "as_of", at: parseMoment(cursor) };
  if (cursor.take("between")) {
    const from = parseMoment(cursor);
    cursor.expect("and");
    return { kind: "between", from, to: parseMoment(cursor) };
  }
  if (cursor.takeWords("contained", "in", "(")) {
    const from = parseMoment(cursor);
    cursor.expect(",");
    const to = parseMoment(cursor);
    cursor.expect(")");
    return { kind: "contained_in", from, to };
  }
  cursor.expect("from");
  const from = parseMoment(cursor);
  cursor.expect("to");
  return { kind: "from_to", from, to: parseMoment(cursor) };
}

/** A literal or a variable: the grammar of FROM has no other moments. */
function parseMoment(cursor: TokenCursor): Expression {
  if (cursor.kind !== "variable" && cursor.kind !== "string") cursor.fail();
  return cursor.grammar.expression(cursor);
}
