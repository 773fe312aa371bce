import type { Json } from "../../kit/json.ts";
import { marksWithin } from "../../language/values/marks.ts";
import { doubleOfNumber } from "../../language/values/number-format.ts";
import { SENSITIVE, type Value } from "../../language/values/value.ts";

/** The value without its types and marks; undefined where any part is unknown. Sets and lists are arrays. */
export function toJsonValue(value: Value): Json | undefined {
  switch (value.kind) {
    case "string":
    case "bool":
      return value.content;
    case "number":
      return doubleOfNumber(value.content);
    case "null":
      return null;
    case "unknown":
      return undefined;
    case "sequence":
      return allKnown(value.content.map(toJsonValue));
    case "mapping": {
      const members = allKnown([...value.content.values()].map(toJsonValue));
      if (members === undefined) return undefined;
      return Object.fromEntries(
        [...value.content.keys()].map((key, at) => [key, members[at] ?? null]),
      );
    }
    default:
      return value satisfies never;
  }
}

function allKnown(values: readonly (Json | undefined)[]): readonly Json[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** Whether any part of the value must not be shown. */
export function isSensitive(value: Value): boolean {
  return marksWithin(value).has(SENSITIVE);
}

/** The mark of a value that no plan and no catalog may hold. */
export const EPHEMERAL = "ephemeral";

/** Whether any part of the value must not be stored. */
export function isEphemeral(value: Value): boolean {
  return marksWithin(value).has(EPHEMERAL);
}
