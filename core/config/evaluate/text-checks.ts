import type { ArgumentSchema, ArgumentType } from "../../../schemas/blocks/block-schema.ts";
import { tryParseByteSize } from "../../kit/byte-size.ts";
import { isSupportedName } from "../../kit/database-name.ts";
import { tryParseDuration } from "../../kit/duration.ts";
import { isKeepable } from "../../kit/period.ts";
import { checkTimeZone } from "./time-zone.ts";

/** What checks need that core does not have by itself. */
export interface TextCheckers {
  readonly checkSchedule: (expression: string) => string | undefined;
}

type Check = (text: string, checkers: TextCheckers) => string | undefined;

const CHECKS: Partial<Record<ArgumentType, Check>> = {
  duration: (text) =>
    tryParseDuration(text) === undefined
      ? "It is not a duration. Write a number with a unit, such as 30m, 12h, 7d or 1h30m."
      : undefined,
  byte_size: (text) =>
    tryParseByteSize(text) === undefined
      ? "It is not a size in bytes. Write a number with a unit, such as 500GiB or 10MB."
      : undefined,
  period: (text) =>
    isKeepable(text)
      ? undefined
      : "It is not a time that Azure keeps backups for. Write a duration of ISO 8601 from a week to ten years, such as P4W, P12M or P5Y, or PT0S for none.",
  schedule: (text, { checkSchedule }) => checkSchedule(text),
  timezone: checkTimeZone,
  url: (text) =>
    /^https?:$/.test(URL.parse(text)?.protocol ?? "")
      ? undefined
      : "It is not a URL that starts with https://.",
  path: (text) => (text.includes("\0") ? "A path holds no zero byte." : undefined),
};

/** The checkers with what they said before: many policies have one schedule, and reading one costs much. */
export function rememberingCheckers(checkSchedule: TextCheckers["checkSchedule"]): TextCheckers {
  const known = new Map<string, string | undefined>();
  return {
    checkSchedule(expression) {
      if (!known.has(expression)) known.set(expression, checkSchedule(expression));
      return known.get(expression);
    },
  };
}

/** What is wrong with a text that an argument of this type holds, as sentences; undefined when nothing is. */
export function checkText(
  schema: ArgumentSchema,
  text: string,
  checkers: TextCheckers,
): string | undefined {
  if (text === "") return "It is empty.";
  return CHECKS[schema.type]?.(text, checkers);
}

/** What is wrong with a database name or glob; undefined when nothing is. */
export function checkPattern(text: string): string | undefined {
  if (text === "") return "It is empty.";
  if (!isSupportedName(text)) {
    return "Databases whose names hold a colon or a semicolon cannot be backed up, because other tools of the chain take these characters apart.";
  }
  return text.length > 128 ? "A database name has at most 128 characters." : undefined;
}
