import type { Expression } from "./ast-expressions.ts";
import type { GroupBy } from "./ast-queries.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Most sets that a GROUP BY may ask for, as in SQL Server (10703 there). */
const MAXIMUM_SETS = 4096;

/** Expressions seen so far and what one element of the GROUP BY list asks for: sets of positions. */
type Sets = readonly (readonly number[])[];

export function parseGroupBy(cursor: TokenCursor): GroupBy {
  const mark = cursor.position;
  cursor.expect("group", "by");
  const all = cursor.take("all");
  const expressions: Expression[] = [];
  let sets: Sets = [[]];
  let isPlain = true;
  do {
    isPlain &&= !isSetsAhead(cursor);
    sets = multiply(cursor, sets, parseElement(cursor, expressions));
  } while (cursor.take(","));
  const legacy = cursor.at("with") ? takeLegacyForm(cursor) : undefined;
  if (legacy !== undefined) {
    const positions = expressions.map((_, index) => [index]);
    sets = legacy === "rollup" ? rollup(positions) : cube(cursor, positions);
    isPlain = false;
  }
  return { expressions, groupingSets: isPlain ? undefined : sets, all, ...cursor.span(mark) };
}

function isSetsAhead(cursor: TokenCursor): boolean {
  return (
    (cursor.atAny("rollup", "cube") && cursor.wordAt(1) === "(") ||
    cursor.atWords("grouping", "sets", "(")
  );
}

/** `WITH ROLLUP`, `WITH CUBE`; another WITH is not ours. */
function takeLegacyForm(cursor: TokenCursor): "rollup" | "cube" | undefined {
  const form = cursor.wordAt(1);
  if (form !== "rollup" && form !== "cube") return undefined;
  cursor.position += 2;
  return form;
}

function parseElement(cursor: TokenCursor, expressions: Expression[]): Sets {
  if (cursor.takeWords("grouping", "sets")) {
    return cursor.nested(() =>
      cursor
        .parenthesized((inner) =>
          isSetsAhead(inner) ? parseElement(inner, expressions) : [parseTerm(inner, expressions)],
        )
        .flat(),
    );
  }
  if (!isSetsAhead(cursor)) return [[addExpression(cursor, expressions)]];
  const isRollup = cursor.expectAny("rollup", "cube") === "rollup";
  const terms = cursor.parenthesized((inner) => parseTerm(inner, expressions));
  return isRollup ? rollup(terms) : cube(cursor, terms);
}

/** One expression, `(a, b)`, or `()`. */
function parseTerm(cursor: TokenCursor, expressions: Expression[]): number[] {
  if (cursor.takeWords("(", ")")) return [];
  if (!cursor.at("(")) return [addExpression(cursor, expressions)];
  return cursor.parenthesized((inner) => addExpression(inner, expressions));
}

function addExpression(cursor: TokenCursor, expressions: Expression[]): number {
  expressions.push(cursor.grammar.expression(cursor));
  return expressions.length - 1;
}

function rollup(terms: Sets): Sets {
  return [...terms.map((_, index) => terms.slice(0, terms.length - index).flat()), []];
}

function cube(cursor: TokenCursor, terms: Sets): Sets {
  return terms.reduce<Sets>((sets, term) => multiply(cursor, sets, [term, []]), [[]]);
}

function multiply(cursor: TokenCursor, left: Sets, right: Sets): Sets {
  if (left.length * right.length > MAXIMUM_SETS) {
    cursor.failWith(10703, `Too many grouping sets. The maximum number is ${MAXIMUM_SETS}.`);
  }
  return left.flatMap((first) => right.map((second) => [...first, ...second]));
}
