import type { FunctionDeclaration } from "../../core/language/functions/function-declaration.ts";
import { negateNumber } from "../../core/language/values/number-arithmetic.ts";
import { DYNAMIC_UNKNOWN, numberValue } from "../../core/language/values/value.ts";
import { NUMBER } from "../../core/language/values/value-type.ts";

/**
 * Functions of the reference's value library (go-cty, function/stdlib) that are none of the language's,
 * and that a case puts into its scope by the name of their variable there: `"negate": "stdlib.NegateFunc"`.
 */
export const LIBRARY_FUNCTIONS: ReadonlyMap<string, FunctionDeclaration> = new Map([
  [
    "negate",
    {
      kind: "eager",
      name: "negate",
      parameters: [{ name: "num", type: NUMBER }],
      returns: NUMBER,
      call: ([num]) =>
        num?.kind === "number" ? numberValue(negateNumber(num.content)) : DYNAMIC_UNKNOWN,
    },
  ],
]);
