import { formatTable } from "../views/table.ts";
import { wrapText } from "../views/text-layout.ts";
import type { Command, CommandContext } from "./command.ts";
import { unknownCommand } from "./flags.ts";
import { HELP_PAGES } from "./help-pages.ts";

export const command: Command = {
  name: "help",
  summary: "Explain the commands",
  usage: "[COMMAND] [-search WORDS]",
  description:
    "Lists the commands, explains one, or finds those whose help has all the words, with the pages of the documents that are about them.",
  flags: [
    { name: "search", kind: "value", placeholder: "WORDS", description: "Words to look for." },
  ],
  most: 1,
  examples: ["holdfast help backup", "holdfast help -search 'recovery point'"],
  async run(flags, context) {
    const [name] = flags.positionals;
    const words = flags.value("search");
    if (words !== undefined) return search(words, context);
    context.stdout(name === undefined ? await overview(context) : await explain(name, context));
    return 0;
  },
};

async function overview(context: CommandContext): Promise<string> {
  const commands = await context.commands();
  const rows = commands.map(({ name, summary }) => ({ name: `  ${name}`, summary }));
  const table = formatTable(rows, [
    { title: "Commands", cell: ({ name }) => name },
    { title: "", cell: ({ summary }) => summary },
  ]);
  return `Holdfast ${context.version}: Terraform for SQL Server and Azure SQL backup.

Usage: holdfast [-chdir=DIR] COMMAND [arguments]

${table}
The way to a first restore: init, plan, apply, backup, points, restore.
More about one command:

    holdfast help COMMAND
`;
}

const LEAST_DESCRIPTION = 20;

async function explain(name: string, context: CommandContext): Promise<string> {
  const commands = await context.commands();
  const command = commands.find((each) => each.name === name);
  if (command === undefined)
    throw unknownCommand(
      name,
      commands.map((each) => each.name),
    );
  const flags = command.flags.map((flag) => ({
    text: `  -${flag.name}${shape(flag.kind, flag.placeholder)}`,
    ...flag,
  }));
  const table =
    flags.length === 0 ? "" : `\nFlags\n${flags.map(flagLines(flags, context)).join("")}`;
  const examples = command.examples.map((example) => `    ${example}\n`).join("");
  const description = wrapText(command.description, Math.min(context.terminal.columns, 100) - 1);
  return `Usage: holdfast ${command.name} ${command.usage}\n\n${description.join("\n")}\n${table}\nExamples\n\n${examples}`;
}

interface FlagRow {
  readonly text: string;
  readonly description: string;
}

/** A flag and what it does; in a narrow terminal that goes on below its own start. */
function flagLines(flags: readonly FlagRow[], { terminal }: CommandContext) {
  const start = Math.max(...flags.map(({ text }) => text.length)) + 2;
  const width = terminal.output
    ? Math.max(terminal.columns - start, LEAST_DESCRIPTION)
    : Number.POSITIVE_INFINITY;
  return ({ text, description }: FlagRow): string => {
    const lines = wrapText(description, width);
    return `${text.padEnd(start)}${lines.join(`\n${" ".repeat(start)}`)}\n`;
  };
}

function shape(kind: string, placeholder = "VALUE"): string {
  if (kind === "switch") return "";
  return kind === "optional" ? `[=${placeholder}]` : ` ${placeholder}`;
}

/** Commands by their help, and pages of the documents by what they are about. */
async function search(words: string, context: CommandContext): Promise<number> {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const hasAll = (...parts: readonly unknown[]): boolean => {
    const text = JSON.stringify(parts).toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const commands = (await context.commands())
    .filter(({ name, summary, description, flags }) => hasAll(name, summary, description, flags))
    .map(({ name, summary }) => ({ name, summary }));
  const pages = HELP_PAGES.filter(({ path, about, words: known }) =>
    hasAll(path, about, known),
  ).map(({ path, about }) => ({ name: path, summary: about }));
  const found = [...commands, ...pages];
  const width = Math.max(...found.map(({ name }) => name.length));
  for (const { name, summary } of found) context.stdout(`${name.padEnd(width)}  ${summary}\n`);
  if (found.length === 0) context.stderr(`No command's help and no page has the words: ${words}\n`);
  return found.length === 0 ? 1 : 0;
}
