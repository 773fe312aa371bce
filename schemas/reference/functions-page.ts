import { FUNCTION_GROUPS } from "./functions/function-groups.ts";
import type { FunctionGroup, FunctionText } from "./functions/function-text.ts";
import { GENERATED } from "./page.ts";

/** A function as the language declares it. */
export interface FunctionFacts {
  readonly name: string;
  /** In order; the last may repeat. */
  readonly parameters: readonly ParameterFacts[];
}

interface ParameterFacts {
  readonly name: string;
  /** `list of string`, `any value`. */
  readonly type: string;
  readonly repeats: boolean;
}

/** The page of all functions. Throws where one has no text. */
export function functionsPage(functions: readonly FunctionFacts[]): string {
  const declared = new Map(functions.map((each) => [each.name, each]));
  for (const name of declared.keys()) textOf(name);
  const parts = [
    GENERATED,
    "# Functions",
    `There are ${declared.size} functions. Those that Terraform and OpenTofu have too do the same here; \`bytes\`, \`cron_next\` and \`duration\` are Holdfast's own. Try one in the console:\n\n    echo 'upper("orders")' | holdfast console`,
    "A parameter with three dots takes any number of arguments. A list can be spread over the last arguments of any call: `max([1, 2, 3]...)`. In the console there is also `type(value)`.",
    FUNCTION_GROUPS.map(({ title }) => `[${title}](#${anchorOf(title)})`).join(" · "),
    ...FUNCTION_GROUPS.flatMap((group) => groupSections(group, declared)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What the page says of a function. */
export function textOf(name: string): FunctionText {
  for (const { functions } of FUNCTION_GROUPS) {
    const text = functions[name];
    if (text !== undefined) return text;
  }
  throw new Error(`The function ${name} has no text. Write one in schemas/reference/functions.`);
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, "")
    .replaceAll(" ", "-");
}

function groupSections(
  { title, functions }: FunctionGroup,
  declared: ReadonlyMap<string, FunctionFacts>,
): readonly string[] {
  const sections = Object.entries(functions).flatMap(([name, text]) => {
    const facts = declared.get(name);
    return facts === undefined ? [] : [functionSection(facts, text)];
  });
  return [`## ${title}`, ...sections];
}

function functionSection(
  { name, parameters }: FunctionFacts,
  [text, call, result]: FunctionText,
): string {
  const list = parameters.map((each) => `${each.name}${each.repeats ? "..." : ""}`).join(", ");
  const types = parameters.map((each) => `\`${each.name}\` ${each.type}`).join(" · ");
  const example = result === undefined ? `    ${call}` : `    ${call}\n    ${result}`;
  return [`### \`${name}(${list})\``, ...(types === "" ? [] : [`*${types}*`]), text, example].join(
    "\n\n",
  );
}
