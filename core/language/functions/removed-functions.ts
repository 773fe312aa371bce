import { DYNAMIC } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter } from "./parameter.ts";

/** A function that old Terraform had: its name gets an answer that says what to write instead. */
function removed(name: string, instead: string): EagerFunction {
  const fault: FunctionFault = {
    fault: `the "${name}" function was deprecated in Terraform v0.12 and is not available in Holdfast; use ${instead}`,
  };
  return {
    kind: "eager",
    name,
    parameters: [],
    rest: { ...anyParameter("vals"), type: DYNAMIC, allowsNull: true, allowsUnknown: true },
    returns: () => fault,
    call: () => fault,
  };
}

export const REMOVED_FUNCTIONS: readonly EagerFunction[] = [
  removed("list", "tolist([ ... ]) syntax to write a literal list"),
  removed("map", "tomap({ ... }) syntax to write a literal map"),
];
