import type { FunctionCall } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { isUnicode } from "../values/type-family.ts";
import type { BindScope } from "./bind-scope.ts";
import { coerce } from "./coercion.ts";
import { compileExpression } from "./compile-expression.ts";
import type { CompiledExpression, CompiledSubquery } from "./compiled.ts";
import { unify } from "./conditionals.ts";
import { textArgument } from "./functions/scalar-function.ts";
import { nullLiteral } from "./typed-expression.ts";

/** Table-valued functions of FROM that need no catalog: STRING_SPLIT and GENERATE_SERIES. */

const BIGINT: SqlType = { name: "bigint" };

function splitRows(arguments_: readonly CompiledExpression[], scope: BindScope): CompiledSubquery {
  const [text, separator] = arguments_.map((argument) => textArgument(argument, scope));
  if (text === undefined || separator === undefined) {
    raise(
      313,
      "An insufficient number of arguments were supplied for the procedure or function STRING_SPLIT.",
    );
  }
  const hasOrdinal = arguments_[2]?.constant?.value === 1;
  const type: SqlType = {
    name: isUnicode(text.type) ? "nvarchar" : "varchar",
    length: text.type.length,
    collation: text.type.collation,
  };
  const value = { name: "value", type, nullable: true };
  const ordinal = { name: "ordinal", type: BIGINT, nullable: false };
  return {
    columns: hasOrdinal ? [value, ordinal] : [value],
    *rows(outer) {
      const [whole, mark] = [text.evaluate(outer), separator.evaluate(outer)];
      if (typeof mark !== "string" || mark.length !== 1) {
        raise(214, "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.", {
          state: 11,
        });
      }
      if (whole === null) return;
      for (const [index, part] of (whole as string).split(mark).entries()) {
        yield hasOrdinal ? [part, BigInt(index + 1)] : [part];
      }
    },
  };
}

function seriesRows(arguments_: readonly CompiledExpression[]): CompiledSubquery {
  const given = arguments_.length === 2 ? [...arguments_, nullLiteral] : arguments_;
  const parts = unify(given, "GENERATE_SERIES");
  const [start = nullLiteral, stop = nullLiteral, step = nullLiteral] = parts;
  const { type } = start;
  const [from, to, by] = [start, stop, step].map((part) => coerce(part, BIGINT));
  return {
    columns: [{ name: "value", type, nullable: false }],
    *rows(outer) {
      const [first, last, given_] = [from, to, by].map((part) => part?.evaluate(outer) ?? null);
      if (typeof first !== "bigint" || typeof last !== "bigint") return;
      const increment = typeof given_ === "bigint" ? given_ : first <= last ? 1n : -1n;
      if (increment === 0n)
        raise(4199, "Argument value 0 is invalid for argument 3 of generate_series function.");
      for (let value = first; increment > 0n ? value <= last : value >= last; value += increment) {
        yield [type.name === "bigint" ? value : (Number(value) satisfies SqlValue)];
      }
    },
  };
}

/** Undefined: the name is no function of this room. The arguments stand in `scope`, which sees the sources on the left of APPLY. */
export function compileTableFunction(
  call: FunctionCall,
  scope: BindScope,
): CompiledSubquery | undefined {
  const name = call.name.name.toUpperCase();
  if (call.name.schema !== undefined || (name !== "STRING_SPLIT" && name !== "GENERATE_SERIES")) {
    return undefined;
  }
  const parameters = call.arguments.map((argument) => compileExpression(argument, scope));
  return name === "STRING_SPLIT" ? splitRows(parameters, scope) : seriesRows(parameters);
}
