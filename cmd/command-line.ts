import { diagnosticOf } from "../core/diagnostics/caught.ts";
import type { Diagnostic } from "../core/diagnostics/diagnostic.ts";
import type { Command, CommandContext } from "./commands/command.ts";
import { exitOfCode } from "./commands/exit-code.ts";
import { parseFlags, requireAtMost, unknownCommand } from "./commands/flags.ts";
import { printJson, tellDiagnostic } from "./commands/tell.ts";
import { toVersionJson } from "./views/event-json.ts";

/** In the order of the help. Each is loaded when it is run. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  init: () => import("./commands/init.ts"),
  validate: () => import("./commands/validate.ts"),
  fmt: () => import("./commands/fmt.ts"),
  test: () => import("./commands/test.ts"),
  console: () => import("./commands/console.ts"),
  plan: () => import("./commands/plan.ts"),
  drift: () => import("./commands/drift.ts"),
  apply: () => import("./commands/apply.ts"),
  destroy: () => import("./commands/destroy.ts"),
  approve: () => import("./commands/approve.ts"),
  show: () => import("./commands/show.ts"),
  state: () => import("./commands/state.ts"),
  import: () => import("./commands/import.ts"),
  output: () => import("./commands/output.ts"),
  graph: () => import("./commands/graph.ts"),
  backup: () => import("./commands/backup.ts"),
  points: () => import("./commands/points.ts"),
  simulate: () => import("./commands/simulate.ts"),
  explain: () => import("./commands/explain.ts"),
  restore: () => import("./commands/restore.ts"),
  jobs: () => import("./commands/jobs.ts"),
  diff: () => import("./commands/diff.ts"),
  verify: () => import("./commands/verify.ts"),
  prune: () => import("./commands/prune.ts"),
  "force-unlock": () => import("./commands/force-unlock.ts"),
  "rebuild-catalog": () => import("./commands/rebuild-catalog.ts"),
  doctor: () => import("./commands/doctor.ts"),
  "export-backup": () => import("./commands/export-backup.ts"),
  "import-backup": () => import("./commands/import-backup.ts"),
  vault: () => import("./commands/vault.ts"),
  run: () => import("./commands/run.ts"),
  sync: () => import("./commands/sync.ts"),
  sandbox: () => import("./commands/sandbox.ts"),
  synth: () => import("./commands/synth.ts"),
  version: () => import("./commands/version.ts"),
  help: () => import("./commands/help.ts"),
};

const ALIASES: Readonly<Record<string, string>> = {
  "-h": "help",
  "-help": "help",
  "--help": "help",
  "-v": "version",
  "-version": "version",
  "--version": "version",
};

interface CommandLine {
  readonly directory: string;
  readonly name: string;
  readonly words: readonly string[];
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const words = [...argv];
  let directory = ".";
  const [, chdir] = /^--?chdir=(.+)$/.exec(words[0] ?? "") ?? [];
  if (chdir !== undefined) {
    directory = chdir;
    words.shift();
  }
  const first = words.shift() ?? "help";
  const name = ALIASES[first] ?? first;
  const asksForHelp = words.some((word) => /^--?h(?:elp)?$/.test(word));
  return asksForHelp ? { directory, name: "help", words: [name] } : { directory, name, words };
}

/** The world around a command line. */
export interface Surroundings {
  /** `directory` is that of `-chdir`, otherwise `.`. */
  readonly openContext: (options: {
    readonly directory: string;
    readonly commands: CommandContext["commands"];
  }) => CommandContext;
  /** FILE_UNREADABLE. */
  readonly requireFolder: (directory: string) => Promise<void>;
}

/** Runs what was typed behind `holdfast` and gives the exit code. Whatever goes wrong is told before. */
export async function runCommandLine(
  argv: readonly string[],
  { openContext, requireFolder }: Surroundings,
): Promise<number> {
  const { directory, name, words } = readCommandLine(argv);
  const commands = async () => {
    const loaded = await Promise.all(Object.values(COMMANDS).map((load) => load()));
    return loaded.map(({ command }) => command);
  };
  const context = openContext({ directory, commands });
  const isJson = words.some((word) => /^--?json(?:=true)?$/.test(word));
  let command: Command | undefined;
  try {
    if (directory !== ".") await requireFolder(directory);
    command = await findCommand(name);
    if (isJson && command.emptySummary !== undefined)
      printJson(toVersionJson(context.version), context);
    const flags = parseFlags(words, command.flags);
    requireAtMost(command.most, flags, name);
    return await command.run(flags, context);
  } catch (error) {
    const diagnostic = withHelpHint(diagnosticOf(error), command);
    const exit = exitOfCode(diagnostic.code);
    tellDiagnostic(diagnostic, isJson, context);
    const { emptySummary } = command ?? {};
    const summary = { type: "summary", status: "failed", cancelled: exit === 130, ...emptySummary };
    if (isJson && emptySummary !== undefined) printJson(summary, context);
    return exit;
  }
}

async function findCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw unknownCommand(name, Object.keys(COMMANDS));
  return (await load()).command;
}

function withHelpHint(diagnostic: Diagnostic, command: Command | undefined): Diagnostic {
  if (diagnostic.code !== "CLI_USAGE") return diagnostic;
  const topic = command === undefined || command.name === "help" ? "" : ` ${command.name}`;
  return { ...diagnostic, detail: `${diagnostic.detail}\n\n    holdfast help${topic}` };
}
