import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import { boolValue, DYNAMIC_UNKNOWN, unknownValue } from "../values/value.ts";
import { BOOL } from "../values/value-type.ts";
import type { LazyFunction } from "./function-declaration.ts";
import { anyParameter } from "./parameter.ts";
import { readTypeExpression } from "./type-expression.ts";

/** Functions that look at whether an argument evaluates at all, or at how it is written. */
export const LAZY_FUNCTIONS: readonly LazyFunction[] = [
  {
    kind: "lazy",
    name: "try",
    call(args) {
      if (args.length === 0) return { fault: "at least one argument is required" };
      const failures: string[] = [];
      for (const arg of args) {
        const { value, diagnostics } = arg.evaluate();
        const [problem] = diagnostics;
        if (problem === undefined) return isWhollyKnown(value) ? value : DYNAMIC_UNKNOWN;
        failures.push(describeFailure(problem));
      }
      const list = failures.join("\n");
      return {
        fault: `no expression succeeded:\n${list}\n\nAt least one expression must produce a successful result`,
      };
    },
  },
  {
    kind: "lazy",
    name: "can",
    parameters: [anyParameter("expression")],
    call([arg]) {
      if (arg === undefined) return DYNAMIC_UNKNOWN;
      const { value, diagnostics } = arg.evaluate();
      if (diagnostics.length > 0) return boolValue(false);
      return isWhollyKnown(value) ? boolValue(true) : unknownValue(BOOL);
    },
  },
  {
    kind: "lazy",
    name: "convert",
    parameters: [anyParameter("value"), anyParameter("type")],
    call([value, type]) {
      if (value === undefined || type === undefined) return DYNAMIC_UNKNOWN;
      const wanted = readTypeExpression(type.node);
      if ("fault" in wanted) return { fault: wanted.fault, argument: 1 };
      const evaluation = value.evaluate();
      if (evaluation.diagnostics.length > 0) return evaluation;
      const converted = convertValue(evaluation.value, wanted.type);
      return isConversionFault(converted) ? { fault: converted.fault, argument: 0 } : converted;
    },
  },
];

function describeFailure({ summary, detail, subject }: Diagnostic): string {
  if (subject === undefined) return `- ${summary}\n  ${detail}`;
  const { filename, start, end } = subject;
  const to = start.line === end.line ? `${end.column}` : `${end.line},${end.column}`;
  return `- ${summary} (at ${filename}:${start.line},${start.column}-${to})\n  ${detail}`;
}
