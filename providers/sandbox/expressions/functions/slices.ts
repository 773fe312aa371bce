import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { familyOf, isUnicode } from "../../values/type-family.ts";
import { coerce, constantNumber, refuseArgument } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { INT, resultCollation, textArgument } from "./scalar-function.ts";

/** LEFT, RIGHT and SUBSTRING keep bytes as bytes. */
function sliceSource(
  argument: CompiledExpression | undefined,
  call: BoundCall,
): CompiledExpression {
  if (argument === undefined) throw new Error(`${call.name} got no argument. This is a bug.`);
  if (argument.type.name === "xml" || argument.type.name === "sql_variant") {
    return refuseArgument(argument.type, 1, call.name);
  }
  return familyOf(argument.type) === "binary" ? argument : textArgument(argument, call.scope);
}

function sliceType(source: CompiledExpression, length: CompiledExpression | undefined): SqlType {
  const known = length && constantNumber(length);
  const longest = source.type.length ?? 8000;
  const limit = known === undefined ? longest : longest === -1 ? known : Math.min(known, longest);
  const capped = longest === -1 && (known === undefined || known > 4000) ? -1 : Math.max(1, limit);
  if (familyOf(source.type) === "binary") return { name: "varbinary", length: capped };
  return { name: isUnicode(source.type) ? "nvarchar" : "varchar", length: capped };
}

function sliceFunction(
  name: string,
  slice: (value: string | Uint8Array, numbers: readonly number[]) => string | Uint8Array,
): FunctionDefinition {
  const count = name === "SUBSTRING" ? 3 : 2;
  return {
    name,
    minimum: count,
    maximum: count,
    bind(call) {
      const [argument, ...rest] = call.arguments;
      const source = sliceSource(argument, call);
      const numbers = rest.map((part) => coerce(part, INT));
      const parts = [source, ...numbers];
      return computedExpression({
        type: sliceType(source, numbers.at(-1)),
        parts,
        nullable: parts.some((part) => part.nullable),
        collation: resultCollation([source], call.scope, name),
        evaluate: (frame) => {
          const value = source.evaluate(frame);
          const places = numbers.map((part) => part.evaluate(frame));
          if (value === null || places.includes(null)) return null;
          return slice(value as string | Uint8Array, places as number[]);
        },
      });
    },
  };
}

function invalidLength(name: string): never {
  const shown = name === "RIGHT" ? "right" : "LEFT or SUBSTRING";
  raise(name === "RIGHT" ? 536 : 537, `Invalid length parameter passed to the ${shown} function.`, {
    state: 3,
  });
}

export const SLICE_FUNCTIONS: readonly FunctionDefinition[] = [
  sliceFunction("LEFT", (value, [length = 0]) =>
    length < 0 ? invalidLength("LEFT") : value.slice(0, length),
  ),
  sliceFunction("RIGHT", (value, [length = 0]) =>
    length < 0 ? invalidLength("RIGHT") : value.slice(Math.max(0, value.length - length)),
  ),
  sliceFunction("SUBSTRING", (value, [start = 0, length = 0]) => {
    if (length < 0) return invalidLength("SUBSTRING");
    return value.slice(Math.max(0, start - 1), Math.max(0, start - 1 + length));
  }),
];
