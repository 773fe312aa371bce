import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { EventHost } from "../../core/events/host.ts";
import { encodeDiagnostic } from "../views/diagnostic-json.ts";
import { formatDiagnostic } from "../views/diagnostic-text.ts";
import { toEventJson } from "../views/event-json.ts";
import { formatEvent } from "../views/event-lines.ts";
import { COLOURED, type Paint, PLAIN } from "../views/paint.ts";
import type { CommandContext } from "./command.ts";

export const JSON_FLAG = {
  name: "json",
  kind: "switch",
  description: "Print JSON on stdout.",
} as const;

export function paintOf(context: CommandContext): Paint {
  return context.colour ? COLOURED : PLAIN;
}

/** How wide a table on stdout may be: the terminal's width, or any where there is none. */
export function tableWidth({ terminal }: CommandContext): number | undefined {
  return terminal.output ? terminal.columns : undefined;
}

/** A diagnostic for people. */
export function diagnosticText(diagnostic: Diagnostic, context: CommandContext): string {
  const { findSource, terminal } = context;
  return `${formatDiagnostic(diagnostic, { findSource, paint: paintOf(context), width: Math.min(terminal.columns, 100) })}\n`;
}

/** Prints a diagnostic: JSON on stdout, or text on stderr. */
export function tellDiagnostic(
  diagnostic: Diagnostic,
  isJson: boolean,
  context: CommandContext,
): void {
  if (isJson) printJson(encodeDiagnostic(diagnostic), context);
  else context.stderr(diagnosticText(diagnostic, context));
}

/** One line of JSON. */
export function printJson(value: object, context: CommandContext): void {
  context.stdout(`${JSON.stringify(value)}\n`);
}

/** Shows what a long operation tells, until it is disposed. */
export interface ProgressView extends AsyncDisposable {
  readonly host: EventHost;
}

/** NDJSON with `-json`, moving progress on a terminal, plain lines elsewhere. */
export async function openProgress(
  isJson: boolean,
  context: CommandContext,
): Promise<ProgressView> {
  const nothing = () => Promise.resolve();
  if (isJson) {
    return {
      host: { emit: (event) => printJson(toEventJson(event), context) },
      [Symbol.asyncDispose]: nothing,
    };
  }
  if (context.terminal.error) {
    const { openInkProgress, REDRAW_OF_JOB } = await import("../ui/progress.tsx");
    return openInkProgress({
      formatDiagnostic: (diagnostic) => diagnosticText(diagnostic, context),
      redrawEvery: REDRAW_OF_JOB,
    });
  }
  return { host: linesHost(context), [Symbol.asyncDispose]: nothing };
}

/** A host that writes plain lines to stderr. */
export function linesHost(context: CommandContext): EventHost {
  return {
    emit: (event) => {
      if (event.type === "diagnostic") return tellDiagnostic(event.diagnostic, false, context);
      const line = formatEvent(event);
      if (line !== undefined) context.stderr(`${line}\n`);
    },
  };
}

/** A host for commands without progress: only diagnostics are told. */
export function diagnosticsHost(isJson: boolean, context: CommandContext): EventHost {
  return {
    emit: (event) => {
      if (event.type === "diagnostic") tellDiagnostic(event.diagnostic, isJson, context);
    },
  };
}
