import type { Drift } from "../../core/drift/drift.ts";
import type { DriftFound } from "./drift-json.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { printable, wrapText } from "./text-layout.ts";

interface DriftTextOptions {
  /** [`PLAIN`] */
  readonly paint?: Paint | undefined;
  /** Of the terminal; without it no line is broken. */
  readonly width?: number | undefined;
}

/** What changed outside: what, what that means, and what mends it, ready to copy. Without drift, nothing. */
export function formatDrift(
  drift: readonly Drift[],
  { paint = PLAIN, width = Number.POSITIVE_INFINITY }: DriftTextOptions = {},
): readonly string[] {
  if (drift.length === 0) return [];
  const paragraph = (text: string, indent: string) =>
    wrapText(printable(text), width - indent.length).map((line) => `${indent}${line}`);
  return [
    paint.strong("Objects have changed outside of Holdfast:"),
    ...drift.flatMap(({ what, consequence, repair }) => [
      "",
      ...paragraph(what, "    ").map((line, at) =>
        at === 0 ? `  ${paint.changed("!")} ${paint.strong(line.trimStart())}` : line,
      ),
      ...paragraph(consequence, "    "),
      ...repair.advice.split("\n").flatMap((line) => paragraph(line, line === "" ? "" : "    ")),
      ...(repair.commands.length > 0 ? [""] : []),
      ...repair.commands.flatMap(({ text }) =>
        text.split("\n").map((line) => `        ${printable(line)}`),
      ),
    ]),
  ];
}

/** What `drift` prints for people, with a line feed at its end. */
export function formatDriftReport(
  { servers, drift }: DriftFound,
  options: DriftTextOptions = {},
): string {
  const never = servers.filter(
    ({ acceptedAt, status }) => acceptedAt === null && status === "observed",
  );
  const sections = [
    formatDrift(drift, options),
    never.length === 0
      ? []
      : [
          `Nobody accepted yet what ${never.map(({ server }) => server).join(", ")} says, so there is nothing to compare with. Accept it:`,
          "",
          "    holdfast apply -refresh-only",
        ],
    [summaryOf({ servers, drift })],
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function summaryOf({ servers, drift }: Pick<DriftFound, "servers" | "drift">): string {
  if (servers.length === 0) return "No server is recorded that a backup set reads.";
  const silent = servers.filter(({ status }) => status === "failed").length;
  const asked = servers.length - silent;
  const count = (many: number) => `${many} ${many === 1 ? "server" : "servers"}`;
  const rest = silent === 0 ? "" : `, ${count(silent)} could not be asked`;
  if (drift.length === 0) return `No drift. ${count(asked)} asked${rest}.`;
  const changes = drift.length === 1 ? "1 change" : `${drift.length} changes`;
  return `Drift: ${changes} outside of Holdfast; ${count(asked)} asked${rest}.`;
}
