import type { ArgumentSchema, ArgumentType } from "../blocks/block-schema.ts";

const LANGUAGE = "../language.md";

/** How a page calls the type of an argument. */
const TYPE_TEXTS: Readonly<Record<ArgumentType, string>> = {
  string: "string",
  number: "number",
  bool: "bool",
  duration: `[duration](${LANGUAGE}#durations-sizes-and-schedules)`,
  byte_size: `[size](${LANGUAGE}#durations-sizes-and-schedules)`,
  period: "duration of ISO 8601",
  schedule: `[schedule](${LANGUAGE}#durations-sizes-and-schedules)`,
  timezone: "time zone",
  path: `[path](${LANGUAGE}#paths)`,
  url: "URL",
  string_set: "set of strings",
  patterns: "set of names or globs",
  number_map: "map of numbers",
  string_map: "map of strings",
  reference: "reference",
  any: "any value",
  type_constraint: "type",
  address: `[address](${LANGUAGE}#addresses)`,
  address_list: `list of [addresses](${LANGUAGE}#addresses)`,
  attribute_list: "list of arguments",
  name: "word",
};

/** An argument as a section of a page. */
export function argumentSection(name: string, argument: ArgumentSchema): string {
  const { description, note, example } = argument;
  const paragraphs = [
    `### \`${name}\``,
    `*${factsOf(argument)}*`,
    note === undefined ? description : `${description} ${note}`,
    ...(example === undefined ? [] : [`    ${name} = ${example}`]),
  ];
  return paragraphs.join("\n\n");
}

function factsOf(argument: ArgumentSchema): string {
  const isRequired = argument.required === true ? "required" : defaultText(argument);
  return [typeText(argument), ...boundsOf(argument), isRequired].join(" · ");
}

function typeText({ type, target, integer, holds }: ArgumentSchema): string {
  if (holds !== undefined) return holds;
  if (type === "reference" && target !== undefined)
    return `reference to a [${target}](${target}.md)`;
  return integer === true ? `whole ${TYPE_TEXTS[type]}` : TYPE_TEXTS[type];
}

function boundsOf({ values, minimum, maximum }: ArgumentSchema): readonly string[] {
  if (values !== undefined) {
    return [`one of ${values.map((value) => `\`${JSON.stringify(value)}\``).join(", ")}`];
  }
  if (minimum === undefined) return maximum === undefined ? [] : [`at most ${maximum}`];
  return [maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`];
}

function defaultText(argument: ArgumentSchema): string {
  const { default: value } = argument;
  return value === undefined ? "optional" : `default \`${JSON.stringify(value)}\``;
}
