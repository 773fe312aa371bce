import type { LoadedConfiguration } from "../../core/config/configuration.ts";
import { type Diagnostic, warningDiagnostic } from "../../core/diagnostics/diagnostic.ts";
import { exploreProject } from "../../core/operations/explore-project.ts";
import { toConsoleJson } from "../views/console-answer.ts";
import type { Command, CommandContext } from "./command.ts";
import { completeName } from "./console-completion.ts";
import { ConsoleDialogue } from "./console-dialogue.ts";
import { answerLine, type ConsoleSession, consoleScope, decodeLine } from "./console-session.ts";
import { type Flags, usageError } from "./flags.ts";
import { findHiddenFault } from "./hidden-fault.ts";
import { readLines } from "./input-lines.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, diagnosticText, JSON_FLAG, printJson, tellDiagnostic } from "./tell.ts";

export const command: Command = {
  name: "console",
  summary: "Evaluate expressions",
  usage: "[-json] [-var NAME=VALUE] [-var-file FILE]",
  description:
    "Evaluates expressions from stdin against this directory's configuration, or without one where there is none. It reads no catalog, server or secret: what they would give is shown as known after apply. On a terminal it has a prompt with history and completion by Tab; lines that begin with a space or call sensitive() stay out of the history. With -json it answers each line of input with one line of JSON as it arrives, errors included; otherwise an expression may span lines, and piped input ends at the first error.",
  flags: [JSON_FLAG, ...VARIABLE_FLAGS],
  most: 0,
  examples: ["holdfast console", "holdfast console -json -var region=eu"],
  async run(flags, context) {
    const loaded = await load(flags, context);
    const session: ConsoleSession = {
      scope: consoleScope(loaded.scope),
      hiddenFault: (references) => findHiddenFault(references, loaded),
    };
    if (flags.isOn("json")) return answerLines(session, context);
    const dialogue = new ConsoleDialogue(session, context);
    const { input, output } = context.terminal;
    if (!input || !output) return talkThroughPipe(dialogue, context);
    return talkOnTerminal(dialogue, { session, loaded }, context);
  },
};

/** The configuration however broken; its errors are told to people, as what is at fault has no value. A folder without one has none. */
async function load(flags: Flags, context: CommandContext): Promise<LoadedConfiguration> {
  const ports = await context.ports(diagnosticsHost(false, context));
  const options = await variableOptions(flags, ports);
  const loaded = await exploreProject(ports, options);
  if (loaded.diagnostics.some(({ code }) => code === "CONFIG_EMPTY")) {
    if (options.length > 0)
      throw usageError("There is no configuration here whose variables could be set.");
    return { ...loaded, diagnostics: [] };
  }
  for (const diagnostic of loaded.diagnostics) {
    if (diagnostic.severity === "error") tellDiagnostic(diagnostic, false, context);
  }
  return loaded;
}

async function answerLines(session: ConsoleSession, context: CommandContext): Promise<number> {
  for await (const line of readLines(context.input())) {
    printJson(toConsoleJson(answerLine(line, session)), context);
  }
  return 0;
}

async function talkThroughPipe(
  dialogue: ConsoleDialogue,
  context: CommandContext,
): Promise<number> {
  for await (const line of readLines(context.input())) {
    const text = decodeLine(line);
    const outcome = typeof text === "string" ? dialogue.take(text) : dialogue.tell([text]);
    if (outcome === "failed") return 1;
    if (outcome === "exit") return 0;
  }
  return dialogue.finish() === "failed" ? 1 : 0;
}

interface Knowledge {
  readonly session: ConsoleSession;
  readonly loaded: LoadedConfiguration;
}

async function talkOnTerminal(
  dialogue: ConsoleDialogue,
  { session, loaded }: Knowledge,
  context: CommandContext,
): Promise<number> {
  await using editor = await context.openLineEditor({
    historyName: "console-history",
    isKept,
    complete: (line) => completeName(line, session.scope, loaded.graph),
    onHistoryFault: (fault) => context.stderr(diagnosticText(historyUnusable(fault), context)),
  });
  for (;;) {
    const event = await editor.read(dialogue.isOpen ? ". " : "> ");
    if (event.kind === "cleared") dialogue.clear();
    else if (event.kind === "line") {
      if (dialogue.take(event.text) === "exit") return 0;
    } else {
      context.stdout("\n");
      return 0;
    }
  }
}

/** What may hold a secret is not kept; nor is what begins with a space, as in a shell. */
function isKept(line: string): boolean {
  return line.trim() !== "" && !line.startsWith(" ") && !/\bsensitive\s*\(/.test(line);
}

function historyUnusable(fault: string): Diagnostic {
  return warningDiagnostic({
    code: "CONSOLE_HISTORY_UNUSABLE",
    summary: "No history",
    detail: `${fault} The lines of this session are not kept.`,
  });
}
