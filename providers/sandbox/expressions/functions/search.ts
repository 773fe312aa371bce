import { compileLike } from "../../values/like-pattern.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { compileTextFit } from "../../values/text-fit.ts";
import { type TextRules, textRules } from "../../values/text-rules.ts";
import { isUnicode } from "../../values/type-family.ts";
import { coerce } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { BIGINT, INT, resultCollation, textArgument, varyingText } from "./scalar-function.ts";

/** Functions of text that look for one text in another, by the rules of their collation. */

interface Search {
  readonly texts: readonly CompiledExpression[];
  readonly rules: TextRules;
  readonly wide: boolean;
}

function searchOf(call: BoundCall, count: number): Search {
  const texts = call.arguments
    .slice(0, count)
    .map((argument) => textArgument(argument, call.scope));
  const wide = texts.some(({ type }) => isUnicode(type));
  const { collation } = resultCollation(texts, call.scope, call.name);
  return { texts, wide, rules: textRules({ name: wide ? "nvarchar" : "varchar", collation }) };
}

function bindCharIndex(call: BoundCall): CompiledExpression {
  const { texts, rules } = searchOf(call, 2);
  const start = call.arguments[2] && coerce(call.arguments[2], INT);
  const [part, text] = texts;
  if (part === undefined || text === undefined)
    throw new Error("CHARINDEX got no text. This is a bug.");
  const type = text.type.length === -1 ? BIGINT : INT;
  return computedExpression({
    type,
    parts: start === undefined ? texts : [...texts, start],
    evaluate: (frame) => {
      const [wanted, whole] = [part.evaluate(frame), text.evaluate(frame)];
      const from = start === undefined ? 1 : start.evaluate(frame);
      if (wanted === null || whole === null || from === null) return null;
      const at =
        wanted === ""
          ? -1
          : rules
              .fold(whole as string)
              .indexOf(rules.fold(wanted as string), Math.max(0, (from as number) - 1));
      return type === BIGINT ? BigInt(at + 1) : at + 1;
    },
  });
}

function bindPatIndex(call: BoundCall): CompiledExpression {
  const { texts, rules, wide } = searchOf(call, 2);
  const [pattern, text] = texts;
  if (pattern === undefined || text === undefined)
    throw new Error("PATINDEX got no text. This is a bug.");
  const type = text.type.length === -1 ? BIGINT : INT;
  return computedExpression({
    type,
    parts: texts,
    evaluate: (frame) => {
      const [wanted, whole] = [pattern.evaluate(frame), text.evaluate(frame)];
      if (wanted === null || whole === null) return null;
      const like = compileLike({ pattern: wanted as string, escape: undefined, wide }, rules);
      const at = like.find(whole as string);
      return type === BIGINT ? BigInt(at) : at;
    },
  });
}

function replaceAll(
  text: string,
  rules: TextRules,
  [wanted, put]: readonly [string, string],
): string {
  if (wanted === "") return text;
  const [folded, part] = [rules.fold(text), rules.fold(wanted)];
  let result = "";
  let from = 0;
  for (let at = folded.indexOf(part); at >= 0; at = folded.indexOf(part, from)) {
    result += text.slice(from, at) + put;
    from = at + wanted.length;
  }
  return result + text.slice(from);
}

function textType(search: Search): SqlType {
  const isLong = search.texts.some(({ type }) => type.length === -1);
  return varyingText({ name: search.wide ? "nvarchar" : "varchar" }, isLong ? -1 : 8000);
}

type Rewrite = (texts: readonly string[], rules: TextRules) => string;

function rewriteFunction(name: string, rewrite: Rewrite): FunctionDefinition {
  return {
    name,
    minimum: 3,
    maximum: 3,
    bind(call) {
      const search = searchOf(call, 3);
      const collation = resultCollation(search.texts, call.scope, name);
      const type = { ...textType(search), collation: collation.collation };
      const { fit } = compileTextFit(type, type);
      return computedExpression({
        type,
        collation,
        parts: search.texts,
        nullable: search.texts.some((text) => text.nullable),
        evaluate: (frame) => {
          const values = search.texts.map((text) => text.evaluate(frame));
          return values.includes(null) ? null : fit(rewrite(values as string[], search.rules));
        },
      });
    },
  };
}

function translate([text = "", from = "", to = ""]: readonly string[], rules: TextRules): string {
  if (from.length !== to.length) {
    raise(
      9828,
      "The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.",
    );
  }
  const folded = rules.fold(from);
  return Array.from(rules.fold(text), (character, index) => {
    const at = folded.indexOf(character);
    return at < 0 ? text.charAt(index) : to.charAt(at);
  }).join("");
}

export const SEARCH_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "CHARINDEX", minimum: 2, maximum: 3, bind: bindCharIndex },
  { name: "PATINDEX", minimum: 2, maximum: 2, bind: bindPatIndex },
  rewriteFunction("REPLACE", ([text = "", wanted = "", put = ""], rules) =>
    replaceAll(text, rules, [wanted, put]),
  ),
  rewriteFunction("TRANSLATE", translate),
];
