import { GENERATED } from "./page.ts";

/** A function as its section shows it. */
export interface FunctionFacts {
  readonly name: string;
  /** In order; the last may repeat. */
  readonly parameters: readonly ParameterFacts[];
  readonly description?: string | undefined;
}

interface ParameterFacts {
  readonly name: string;
  /** `list of string`, `any value`. */
  readonly type: string;
  readonly repeats: boolean;
}

/** The page of all functions, in alphabetical order. */
export function functionsPage(functions: readonly FunctionFacts[]): string {
  const sorted = [...functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = [
    GENERATED,
    "# Functions",
    `There are ${sorted.length} functions. Those that Terraform has too do the same here, down to their error messages. \`bytes\`, \`cron_next\` and \`duration\` are Holdfast's own. Try one in the console:\n\n    echo 'upper("orders")' | holdfast console`,
    "A parameter with three dots takes any number of arguments. A list can be spread over the last arguments of any call: `max([1, 2, 3]...)`.",
    ...sorted.map(functionSection),
  ];
  return `${parts.join("\n\n")}\n`;
}

function functionSection({ name, parameters, description }: FunctionFacts): string {
  const list = parameters.map((each) => `${each.name}${each.repeats ? "..." : ""}`).join(", ");
  const types = parameters.map((each) => `\`${each.name}\` ${each.type}`).join(" · ");
  return [
    `## \`${name}(${list})\``,
    ...(types === "" ? [] : [`*${types}*`]),
    ...(description === undefined ? [] : [description]),
  ].join("\n\n");
}
