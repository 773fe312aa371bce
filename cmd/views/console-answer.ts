import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { Value } from "../../core/language/values/value.ts";
import { encodeValue, type JsonValue } from "../../core/language/values/value-json.ts";
import type { ValueType } from "../../core/language/values/value-type.ts";
import { formatType } from "./type-text.ts";
import { formatLanguageValue } from "./value-text.ts";

/** What an expression of the console came to. */
export type ConsoleAnswer =
  | { readonly kind: "value"; readonly value: Value }
  /** Of a line that asks `type(…)`. */
  | { readonly kind: "type"; readonly type: ValueType }
  | { readonly kind: "failure"; readonly problems: readonly [Diagnostic, ...Diagnostic[]] };

/** A line of `console -json`. */
export type ConsoleAnswerJson =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: string };

/** Of several problems the first is told. */
export function toConsoleJson(answer: ConsoleAnswer): ConsoleAnswerJson {
  switch (answer.kind) {
    case "value":
      return { ok: true, value: encodeValue(answer.value) };
    case "type":
      return { ok: true, value: formatType(answer.type) };
    case "failure": {
      const [{ summary, detail }] = answer.problems;
      return { ok: false, error: `${summary}: ${detail}` };
    }
    default:
      return answer satisfies never;
  }
}

/** For people, ending with a line feed. */
export function formatConsoleAnswer(answer: Exclude<ConsoleAnswer, { kind: "failure" }>): string {
  const text = answer.kind === "type" ? formatType(answer.type) : formatLanguageValue(answer.value);
  return `${text}\n`;
}
