import { boolValue, listValue, stringValue } from "../values/value.ts";
import { BOOL, listType, STRING } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import {
  doubleOf,
  elementsOf,
  numberParameter,
  stringParameter,
  textOf,
  typedParameter,
} from "./parameter.ts";

const LIST_OF_STRING = listType(STRING);

/** A function from strings to a string. */
function onStrings(
  name: string,
  parameters: readonly string[],
  call: (...texts: string[]) => string,
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: parameters.map(stringParameter),
    returns: STRING,
    neverNull: true,
    call: (args) => stringValue(call(...args.map(textOf))),
  };
}

function onTwoStrings(
  name: string,
  parameters: readonly [string, string],
  test: (text: string, part: string) => boolean,
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: parameters.map(stringParameter),
    returns: BOOL,
    neverNull: true,
    call: ([text, part]) => boolValue(test(textOf(text), textOf(part))),
  };
}

/** The characters of a text as people count them. */
export function graphemesOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
}

function trimSet(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const characters = Array.from(text);
  const from = characters.findIndex((character) => !cut.has(character));
  if (from < 0) return "";
  const to = characters.findLastIndex((character) => !cut.has(character));
  return characters.slice(from, to + 1).join("");
}

const substr: EagerFunction = {
  kind: "eager",
  name: "substr",
  parameters: [stringParameter("str"), numberParameter("offset"), numberParameter("length")],
  returns: STRING,
  neverNull: true,
  call([text, offset, length]) {
    const characters = graphemesOf(textOf(text));
    const asked = doubleOf(offset);
    const from = asked < 0 ? Math.max(0, characters.length + asked) : asked;
    const count = doubleOf(length);
    return stringValue(characters.slice(from, count < 0 ? undefined : from + count).join(""));
  },
};

const join: EagerFunction = {
  kind: "eager",
  name: "join",
  parameters: [stringParameter("separator")],
  rest: typedParameter("lists", LIST_OF_STRING),
  returns: STRING,
  neverNull: true,
  call([separator, ...lists]) {
    const parts = lists.flatMap(elementsOf);
    if (lists.length === 0) return { fault: "at least one list is required" };
    const missing = parts.findIndex(({ kind }) => kind === "null");
    if (missing >= 0) {
      return { fault: `element ${missing} is null; cannot concatenate null values`, argument: 1 };
    }
    return stringValue(parts.map(textOf).join(textOf(separator)));
  },
};

const split: EagerFunction = {
  kind: "eager",
  name: "split",
  parameters: [stringParameter("separator"), stringParameter("str")],
  returns: LIST_OF_STRING,
  neverNull: true,
  call([separator, text]) {
    const by = textOf(separator);
    const parts = by === "" ? Array.from(textOf(text)) : textOf(text).split(by);
    return listValue(STRING, parts.map(stringValue));
  },
};

const chomp = onStrings("chomp", ["str"], (text) => {
  let end = text.length;
  while (end > 0 && (text.endsWith("\n", end) || text.endsWith("\r", end))) end -= 1;
  return text.slice(0, end);
});

const indent: EagerFunction = {
  kind: "eager",
  name: "indent",
  parameters: [numberParameter("spaces"), stringParameter("str")],
  returns: STRING,
  neverNull: true,
  call([spaces, text]) {
    const count = doubleOf(spaces);
    if (!Number.isSafeInteger(count) || count < 0 || count > 1000) {
      return { fault: "a whole number from 0 to 1000 is required", argument: 0 };
    }
    return stringValue(textOf(text).replaceAll("\n", `\n${" ".repeat(count)}`));
  },
};

export const STRING_FUNCTIONS: readonly EagerFunction[] = [
  onStrings("upper", ["str"], (text) => text.toUpperCase()),
  onStrings("lower", ["str"], (text) => text.toLowerCase()),
  onStrings("title", ["str"], (text) =>
    text.replaceAll(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  onStrings("strrev", ["str"], (text) => graphemesOf(text).toReversed().join("")),
  onStrings("trim", ["str", "cutset"], (text = "", cutset = "") => trimSet(text, cutset)),
  onStrings("trimspace", ["str"], (text) => text.trim()),
  onStrings("trimprefix", ["str", "prefix"], (text = "", prefix = "") =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  onStrings("trimsuffix", ["str", "suffix"], (text = "", suffix = "") =>
    text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
  ),
  chomp,
  indent,
  onTwoStrings("startswith", ["str", "prefix"], (text, part) => text.startsWith(part)),
  onTwoStrings("endswith", ["str", "suffix"], (text, part) => text.endsWith(part)),
  onTwoStrings("strcontains", ["str", "substr"], (text, part) => text.includes(part)),
  substr,
  join,
  split,
];
