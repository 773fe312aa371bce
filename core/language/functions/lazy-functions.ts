import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import { boolValue, DYNAMIC_UNKNOWN, unknownValue } from "../values/value.ts";
import { BOOL } from "../values/value-type.ts";
import type { LazyFunction } from "./function-declaration.ts";

/** Functions that look at whether an argument evaluates at all. */
export const LAZY_FUNCTIONS: readonly LazyFunction[] = [
  {
    kind: "lazy",
    name: "try",
    call(args) {
      if (args.length === 0) return { fault: "at least one argument is required" };
      const failures: string[] = [];
      for (const evaluate of args) {
        const { value, diagnostics } = evaluate();
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
    call([evaluate, ...others]) {
      if (evaluate === undefined || others.length > 0) {
        return { fault: "exactly one argument is required" };
      }
      const { value, diagnostics } = evaluate();
      if (diagnostics.length > 0) return boolValue(false);
      return isWhollyKnown(value) ? boolValue(true) : unknownValue(BOOL);
    },
  },
];

function describeFailure({ summary, detail, subject }: Diagnostic): string {
  if (subject === undefined) return `- ${summary}\n  ${detail}`;
  const { filename, start, end } = subject;
  const to = start.line === end.line ? `${end.column}` : `${end.line},${end.column}`;
  return `- ${summary} (at ${filename}:${start.line},${start.column}-${to})\n  ${detail}`;
}
