import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Evaluation } from "../scope.ts";
import { fitValue } from "../types/fit-value.ts";
import { readType, type TypeProblem } from "../types/read-type.ts";
import { ANY_TYPE } from "../types/type-constraint.ts";
import { isConversionFault } from "../values/convert.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import { boolValue, DYNAMIC_UNKNOWN, unknownValue } from "../values/value.ts";
import { BOOL } from "../values/value-type.ts";
import type { LazyFunction } from "./function-declaration.ts";
import { anyParameter } from "./parameter.ts";

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
      const defaults: Evaluation[] = [];
      const { type: wanted = ANY_TYPE, problems } = readType(type.node, (node) => {
        const outcome = type.evaluate(node);
        defaults.push(outcome);
        return outcome.value;
      });
      const [wrong] = problems;
      if (wrong !== undefined) return { fault: describeProblem(wrong), argument: 1 };
      const evaluation = value.evaluate();
      const failed = [...defaults, evaluation].find(({ diagnostics }) => diagnostics.length > 0);
      if (failed !== undefined) return failed;
      const converted = fitValue(evaluation.value, wanted);
      return isConversionFault(converted) ? { fault: converted.fault, argument: 0 } : converted;
    },
  },
];

/** As a part of a sentence. */
function describeProblem({ detail, meant }: TypeProblem): string {
  const part = `${detail.charAt(0).toLowerCase()}${detail.slice(1).replace(/\.$/, "")}`;
  return meant === undefined ? part : `${part}; did you mean "${meant}"`;
}

function describeFailure({ summary, detail, subject }: Diagnostic): string {
  if (subject === undefined) return `- ${summary}\n  ${detail}`;
  const { filename, start, end } = subject;
  const to = start.line === end.line ? `${end.column}` : `${end.line},${end.column}`;
  return `- ${summary} (at ${filename}:${start.line},${start.column}-${to})\n  ${detail}`;
}
