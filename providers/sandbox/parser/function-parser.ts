import type {
  Expression,
  FrameBound,
  FunctionCall,
  ObjectName,
  OrderItem,
  WindowFrame,
  WindowSpecification,
} from "./ast-expressions.ts";
import { parseNumber } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Functions whose first argument is the name of a part of a date. */
const DATE_PART_FUNCTIONS: ReadonlySet<string> = new Set([
  "dateadd",
  "datediff",
  "datediff_big",
  "datename",
  "datepart",
  "datetrunc",
  "date_bucket",
]);

/** From the parenthesis behind a function's name to the end of its OVER clause. */
export function parseFunctionTail(
  cursor: TokenCursor,
  name: ObjectName,
  mark: number,
): FunctionCall {
  cursor.expect("(");
  const star = cursor.at("*") && cursor.wordAt(1) === ")";
  if (star) cursor.advance();
  const distinct = cursor.take("distinct");
  if (!distinct) cursor.take("all");
  const values = star || cursor.at(")") ? [] : cursor.nested(() => parseArguments(cursor, name));
  const ignoresInside = parseNullTreatment(cursor);
  cursor.expect(")");
  const ignoresNulls = parseNullTreatment(cursor) || ignoresInside;
  const withinGroup = parseWithinGroup(cursor);
  const over = parseOver(cursor);
  return {
    kind: "call",
    name,
    arguments: values,
    star,
    distinct,
    niladic: false,
    withinGroup,
    ignoresNulls,
    over,
    ...cursor.span(mark),
  };
}

function parseArguments(cursor: TokenCursor, name: ObjectName): Expression[] {
  const takesDatePart =
    name.schema === undefined && DATE_PART_FUNCTIONS.has(name.name.toLowerCase());
  const mark = cursor.position;
  const part = cursor.kind === "word" ? cursor.word : "";
  if (!takesDatePart || part === "" || cursor.wordAt(1) !== ",") {
    return cursor.list(cursor.grammar.expression);
  }
  cursor.advance();
  const first: Expression = { kind: "date_part", name: part, ...cursor.span(mark) };
  cursor.expect(",");
  return [first, ...cursor.list(cursor.grammar.expression)];
}

/** IGNORE NULLS or RESPECT NULLS; true for the former. */
function parseNullTreatment(cursor: TokenCursor): boolean {
  if (cursor.takeWords("ignore", "nulls")) return true;
  cursor.takeWords("respect", "nulls");
  return false;
}

function parseWithinGroup(cursor: TokenCursor): OrderItem[] | undefined {
  if (!cursor.atWords("within", "group")) return undefined;
  cursor.position += 2;
  cursor.expect("(");
  const items = parseOrderBy(cursor);
  cursor.expect(")");
  return items;
}

/** `ORDER BY a, b DESC`. */
export function parseOrderBy(cursor: TokenCursor): OrderItem[] {
  cursor.expect("order", "by");
  return cursor.list(() => {
    const expression = cursor.grammar.expression(cursor);
    return { expression, descending: cursor.takeAny("asc", "desc") === "desc" };
  });
}

export function parseOver(cursor: TokenCursor): WindowSpecification | undefined {
  const mark = cursor.position;
  if (!cursor.take("over")) return undefined;
  cursor.expect("(");
  const partitionBy = cursor.takeWords("partition", "by")
    ? cursor.list(cursor.grammar.expression)
    : [];
  const orderBy = cursor.at("order") ? parseOrderBy(cursor) : [];
  const frame = parseFrame(cursor);
  cursor.expect(")");
  return { partitionBy, orderBy, frame, ...cursor.span(mark) };
}

function parseFrame(cursor: TokenCursor): WindowFrame | undefined {
  const unit = cursor.takeAny("rows", "range");
  if (unit === undefined) return undefined;
  if (!cursor.take("between")) {
    return { unit, from: parseBound(cursor), to: { kind: "current_row" } };
  }
  const from = parseBound(cursor);
  cursor.expect("and");
  return { unit, from, to: parseBound(cursor) };
}

function parseBound(cursor: TokenCursor): FrameBound {
  if (cursor.takeWords("current", "row")) return { kind: "current_row" };
  if (cursor.take("unbounded")) {
    return cursor.expectAny("preceding", "following") === "preceding"
      ? { kind: "unbounded_preceding" }
      : { kind: "unbounded_following" };
  }
  const rows = parseNumber(cursor);
  return { kind: cursor.expectAny("preceding", "following"), rows };
}
