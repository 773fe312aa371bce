import type { InstanceKey } from "../../address/instance-key.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import type { Scope } from "../../language/scope.ts";
import { convertValue, isConversionFault } from "../../language/values/convert.ts";
import { isWholeNumber } from "../../language/values/exact-number.ts";
import { withoutMarks } from "../../language/values/marks.ts";
import { doubleOfNumber } from "../../language/values/number-format.ts";
import {
  DYNAMIC_UNKNOWN,
  numberValue,
  objectValue,
  stringValue,
  unknownValue,
  type Value,
} from "../../language/values/value.ts";
import { friendlyTypeName, NUMBER, STRING } from "../../language/values/value-type.ts";
import type { MetaArguments } from "../read/addressed-block.ts";
import { hasErrors, problem, type Report } from "../report.ts";
import type { Shape } from "./instances.ts";
import { EPHEMERAL, isEphemeral, isSensitive } from "./value-json.ts";
import { withValues } from "./with-values.ts";

/** One time that a block stands there. */
export interface Repetition {
  readonly key: InstanceKey | undefined;
  /** `each`, or `count`, or nothing. */
  readonly variables: ReadonlyMap<string, Value>;
}

export interface Repetitions {
  readonly shape: Shape;
  readonly items: readonly Repetition[];
}

const ONCE: Repetitions = {
  shape: "single",
  items: [{ key: undefined, variables: new Map() }],
};

const UNKNOWN: Repetitions = { shape: "unknown", items: [] };

/** How often the block stands there, by its `for_each` or `count`. Reports what is at fault. */
export function evaluateRepetition(
  { forEach, count }: Pick<MetaArguments, "forEach" | "count">,
  scope: Scope,
  report: Report,
): Repetitions {
  if (forEach !== undefined) return forEachOf(forEach.expression, scope, report);
  if (count !== undefined) return countOf(count.expression, scope, report);
  return ONCE;
}

/** What `each` or `count` means where a block is looked at although it stands there no time. */
export function unknownRepetition({
  forEach,
  count,
}: Pick<MetaArguments, "forEach" | "count">): Repetition {
  if (forEach !== undefined) return eachRepetition("", DYNAMIC_UNKNOWN, unknownValue(STRING));
  if (count === undefined) return { key: undefined, variables: new Map() };
  const index = objectValue(new Map([["index", unknownValue(NUMBER)]]));
  return { key: undefined, variables: new Map([["count", index]]) };
}

function eachRepetition(key: string, value: Value, shown: Value = stringValue(key)): Repetition {
  const each = objectValue(
    new Map([
      ["key", shown],
      ["value", value],
    ]),
  );
  return { key, variables: new Map([["each", each]]) };
}

function forEachOf(expression: Expression, scope: Scope, report: Report): Repetitions {
  const value = known(expression, { scope, report, name: "for_each" });
  if (value === undefined) return UNKNOWN;
  const fault = forEachFault(value, expression);
  if (fault !== undefined) {
    refuse(expression, `The "for_each" value is not suitable: ${fault}`, { scope, report });
    return UNKNOWN;
  }
  if (value.kind === "mapping") {
    const items = [...value.content].map(([key, element]) => eachRepetition(key, element));
    return { shape: "for_each", items };
  }
  if (value.kind !== "sequence") return UNKNOWN;
  const items = value.content.flatMap((element) =>
    element.kind === "string" ? [eachRepetition(element.content, element)] : [],
  );
  return { shape: "for_each", items };
}

function forEachFault(value: Value, expression: Expression): string | undefined {
  if (value.kind === "null") return "it is null. Write {} or toset([]) for none.";
  const { type } = value;
  if (value.kind === "mapping") return undefined;
  if (type.kind !== "set") {
    const isList = type.kind === "list" || type.kind === "tuple";
    const hint = isList ? ` Convert it with toset()${asWritten(expression)}.` : "";
    return `it must be a map, or a set of strings, and it is of type ${friendlyTypeName(type)}.${hint}`;
  }
  if (value.kind !== "sequence") return undefined;
  if (value.content.some(({ kind }) => kind === "null")) return "the set holds null.";
  const isText = type.element.kind === "string" || value.content.length === 0;
  return isText
    ? undefined
    : `the set must hold strings, and it holds ${friendlyTypeName(type.element)}.`;
}

/** `: toset(["a"])`, where that is short enough to read and can be copied. */
function asWritten({ file, node }: Expression): string {
  const text = file.text.slice(node.start, node.end);
  const isShort = text.length <= 60 && !/[\r\n]/.test(text) && !file.filename.endsWith(".json");
  return isShort ? `: toset(${text})` : "";
}

/** The most instances that a `count` may ask for: more is a slip of the pen, and would use up the memory. */
const MOST = 1_000_000;

function countOf(expression: Expression, scope: Scope, report: Report): Repetitions {
  const value = known(expression, { scope, report, name: "count" });
  if (value === undefined) return UNKNOWN;
  const converted = convertValue(value, NUMBER);
  const fault = countFault(value, converted);
  if (fault !== undefined || isConversionFault(converted) || converted.kind !== "number") {
    if (fault !== undefined) {
      refuse(expression, `The "count" value is not suitable: ${fault}`, { scope, report });
    }
    return UNKNOWN;
  }
  const length = doubleOfNumber(converted.content);
  const items = Array.from({ length }, (_, key): Repetition => {
    const index = objectValue(new Map([["index", numberValue(key)]]));
    return { key, variables: new Map([["count", index]]) };
  });
  return { shape: "count", items };
}

function countFault(value: Value, converted: ReturnType<typeof convertValue>): string | undefined {
  if (value.kind === "null") return "it is null. An integer is required.";
  if (isConversionFault(converted)) return `${converted.fault}.`;
  if (converted.kind !== "number") return undefined;
  if (!isWholeNumber(converted.content)) return "it must be a whole number.";
  const number = doubleOfNumber(converted.content);
  if (number < 0) return "it must not be less than zero.";
  return number > MOST ? `it must not be greater than ${MOST}.` : undefined;
}

interface Asked {
  readonly scope: Scope;
  readonly report: Report;
  readonly name: "for_each" | "count";
}

/** The value without marks; undefined where it is at fault, must not be shown in addresses, or is not known yet. */
function known(expression: Expression, { scope, report, name }: Asked): Value | undefined {
  const { value, diagnostics } = evaluate(expression, scope);
  report.add(...diagnostics);
  if (hasErrors(diagnostics)) return undefined;
  const shownMarks = name === "count" ? isSensitive(value) : hasSensitiveKeys(value);
  if (shownMarks || isEphemeral(value)) {
    const what = isEphemeral(value) ? EPHEMERAL : "sensitive";
    const why = `The "${name}" value is ${what}, and it would be shown in the addresses of the instances. Use nonsensitive() where that may be.`;
    refuse(expression, why, { scope, report });
    return undefined;
  }
  const plain = withoutMarks(value);
  if (plain.kind === "unknown") return undefined;
  const isSet = plain.kind === "sequence" && plain.type.kind === "set";
  if (isSet && plain.content.some(({ kind }) => kind === "unknown")) return undefined;
  return plain;
}

/** Keys of a map are part of it; the values behind them may be sensitive. */
function hasSensitiveKeys(value: Value): boolean {
  return value.kind === "mapping" ? value.marks.size > 0 : isSensitive(value);
}

function refuse(
  expression: Expression,
  detail: string,
  { scope, report }: Omit<Asked, "name">,
): void {
  const facts = { summary: "Invalid repetition", detail, subject: expression.range };
  const fault = problem(facts, "CONFIG_INVALID_REPETITION");
  report.add(...withValues([fault], expression, scope));
}
