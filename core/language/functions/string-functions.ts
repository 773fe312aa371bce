import { boolValue, listValue, stringValue, unknownValue } from "../values/value.ts";
import { BOOL, listType, STRING } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import {
  elementsOf,
  numberParameter,
  readInteger,
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

/** Letters of the Unicode category Lt without a capital of their own, by the small letter. */
const GREEK_TITLES: ReadonlyMap<string, string> = titlesOf("ᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ");

/** Two letters in one, of which only the first is a capital at the beginning of a word. */
const PAIR_TITLES: ReadonlyMap<string, string> = titlesOf("ǅǈǋǲ");

function titlesOf(letters: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(letters).flatMap((title) => [
      [title, title],
      [title.toLowerCase(), title],
      [title.toUpperCase(), title],
    ]),
  );
}

/** As Go's `strings.Title` has it: beyond ASCII only white space ends a word. */
const WORD_BEGIN = /(?<=^|[^\w\P{ASCII}]|\p{White_Space})./gsu;

/** Letter by letter, as Go does: no letter becomes two (`ß` stays), and none looks at its neighbours. */
function upperCase(text: string): string {
  return Array.from(text, (letter) => {
    const upper = letter.toUpperCase();
    return Array.from(upper).length === 1 ? upper : (GREEK_TITLES.get(letter) ?? letter);
  }).join("");
}

function lowerCase(text: string): string {
  return Array.from(text, (letter) => Array.from(letter.toLowerCase())[0] ?? "").join("");
}

function trimSet(text: string, cutset: string): string {
  const cut = new Set(cutset);
  return trimWhere(text, (character) => cut.has(character));
}

/** The byte order mark, which JavaScript trims too, is no white space. */
function trimSpace(text: string): string {
  return trimWhere(text, (character) => /\p{White_Space}/u.test(character));
}

function trimWhere(text: string, isCut: (character: string) => boolean): string {
  const characters = Array.from(text);
  const from = characters.findIndex((character) => !isCut(character));
  if (from < 0) return "";
  const to = characters.findLastIndex((character) => !isCut(character));
  return characters.slice(from, to + 1).join("");
}

const substr: EagerFunction = {
  kind: "eager",
  name: "substr",
  parameters: [stringParameter("str"), numberParameter("offset"), numberParameter("length")],
  returns: STRING,
  neverNull: true,
  call([text, offset, length]) {
    const asked = readInteger(offset);
    if ("fault" in asked) return asked;
    const count = readInteger(length);
    if ("fault" in count) return count;
    return stringValue(substring(textOf(text), asked.integer, count.integer));
  },
};

/** Below zero the offset counts from the end; a length below zero, or of zero from the end, means the rest. */
function substring(text: string, offset: number, length: number): string {
  if (offset >= 0 && length === 0) return "";
  const characters = graphemesOf(text);
  const from = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  return characters.slice(from, length <= 0 ? undefined : from + length).join("");
}

const join: EagerFunction = {
  kind: "eager",
  name: "join",
  parameters: [stringParameter("separator")],
  rest: typedParameter("lists", LIST_OF_STRING),
  returns: STRING,
  neverNull: true,
  call([separator, ...lists]) {
    if (lists.length === 0) return { fault: "at least one list is required" };
    for (const [at, list] of lists.entries()) {
      const missing = elementsOf(list).findIndex(({ kind }) => kind === "null");
      const which = lists.length > 1 ? ` of list ${at + 1}` : "";
      if (missing < 0) continue;
      const fault = `element ${missing}${which} is null; cannot concatenate null values`;
      return { fault, argument: at + 1 };
    }
    const parts = lists.flatMap(elementsOf);
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

const startswith: EagerFunction = {
  kind: "eager",
  name: "startswith",
  parameters: [{ ...stringParameter("str"), allowsUnknown: true }, stringParameter("prefix")],
  returns: BOOL,
  neverNull: true,
  call([text, part]) {
    const prefix = textOf(part);
    if (text?.kind !== "unknown") return boolValue(textOf(text).startsWith(prefix));
    const known = text.refinements.stringPrefix ?? "";
    if (known.startsWith(prefix)) return boolValue(true);
    return prefix.startsWith(known) ? unknownValue(BOOL) : boolValue(false);
  },
};

const WIDEST_INDENT = 1000;

const indent: EagerFunction = {
  kind: "eager",
  name: "indent",
  parameters: [numberParameter("spaces"), stringParameter("str")],
  returns: STRING,
  neverNull: true,
  call([spaces, text]) {
    const count = readInteger(spaces);
    if ("fault" in count) return count;
    if (count.integer < 0 || count.integer > WIDEST_INDENT) {
      return { fault: `a whole number from 0 to ${WIDEST_INDENT} is required`, argument: 0 };
    }
    return stringValue(textOf(text).replaceAll("\n", `\n${" ".repeat(count.integer)}`));
  },
};

export const STRING_FUNCTIONS: readonly EagerFunction[] = [
  onStrings("upper", ["str"], upperCase),
  onStrings("lower", ["str"], lowerCase),
  onStrings("title", ["str"], (text) =>
    text.replaceAll(WORD_BEGIN, (letter) => PAIR_TITLES.get(letter) ?? upperCase(letter)),
  ),
  onStrings("strrev", ["str"], (text) => graphemesOf(text).toReversed().join("")),
  onStrings("trim", ["str", "cutset"], (text = "", cutset = "") => trimSet(text, cutset)),
  onStrings("trimspace", ["str"], trimSpace),
  onStrings("trimprefix", ["str", "prefix"], (text = "", prefix = "") =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  onStrings("trimsuffix", ["str", "suffix"], (text = "", suffix = "") =>
    text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
  ),
  chomp,
  indent,
  startswith,
  onTwoStrings("endswith", ["str", "suffix"], (text, part) => text.endsWith(part)),
  {
    ...onTwoStrings("strcontains", ["str", "substr"], (text, part) => text.includes(part)),
    neverNull: false,
  },
  substr,
  join,
  split,
];
