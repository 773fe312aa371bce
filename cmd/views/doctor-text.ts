import { cellsOf, printable, wrapText } from "./text-layout.ts";

/** What was found out about one store, promise by promise. */
export interface StoreDiagnosis {
  readonly vault: string;
  /** In words: `folder ./vault`. */
  readonly place: string;
  readonly findings: readonly {
    readonly promise: string;
    readonly verdict: "kept" | "broken" | "not tried";
    readonly detail: string;
    readonly code?: string;
    readonly milliseconds: number;
  }[];
}

const WORDS = { kept: "ok    ", broken: "BROKEN", "not tried": "-     " } as const;

const INDENT = " ".repeat(10);

/** One line for each promise; what is wrong stands below it, at most `width` cells wide. */
export function formatDiagnosis({ vault, place, findings }: StoreDiagnosis, width: number): string {
  const longest = Math.max(...findings.map(({ promise }) => cellsOf(promise)));
  const lines = findings.flatMap(({ promise, verdict, detail, milliseconds, code }) => {
    if (verdict === "broken") {
      return [
        `  ${WORDS.broken}  ${promise}`,
        ...paragraphsOf(code === undefined ? detail : `${detail}\n${code}`, width - INDENT.length),
      ];
    }
    const gap = " ".repeat(longest - cellsOf(promise));
    const took = verdict === "kept" ? ` (${milliseconds} ms)` : "";
    return [`  ${WORDS[verdict]}  ${promise}${gap}  ${detail}${took}`];
  });
  return `${vault}: ${place}\n${lines.join("\n")}\n`;
}

/** Commands to copy, which are indented already, stay on one line. */
function paragraphsOf(text: string, width: number): readonly string[] {
  return text
    .split("\n")
    .flatMap((line) => (line.startsWith("    ") ? [line] : wrapText(line, width)))
    .map((line) => `${INDENT}${printable(line)}`.trimEnd());
}
