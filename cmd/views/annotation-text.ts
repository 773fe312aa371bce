import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";

/** The two services of which the log takes commands that mark a line of a file. */
export type AnnotationStyle = "github" | "azure";

/** GitHub shows no more of a message than this, and cuts it anywhere. */
const MOST_CHARACTERS = 4_000;

/**
 * A diagnostic as one line of a log that marks its place in the review of a change. `file` is where its source lies in the
 * repository; undefined where it points at none, so that the mark stands at the run.
 *
 * GitHub: `::error file=…,line=…,endLine=…,col=…,title=…::…` (docs.github.com, workflow commands); values escape `%`, line ends,
 * colons and commas. Azure Pipelines: `##vso[task.logissue type=…;sourcepath=…;linenumber=…;columnnumber=…;code=…]…`
 * (learn.microsoft.com, logging commands); values escape `%` as `%AZP25`, line ends, `;` and `]`.
 */
export function formatAnnotation(
  diagnostic: Diagnostic,
  style: AnnotationStyle,
  file: string | undefined,
): string {
  return style === "github" ? forGitHub(diagnostic, file) : forAzure(diagnostic, file);
}

function messageOf({ summary, detail, address }: Diagnostic): string {
  const where = address === undefined ? "" : ` (${address})`;
  const characters = Array.from(`${summary}${where}\n\n${detail}`);
  return characters.length <= MOST_CHARACTERS
    ? characters.join("")
    : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

type Property = readonly [name: string, value: string | number];

function placeOf({ subject }: Diagnostic, file: string | undefined) {
  return subject === undefined || file === undefined ? undefined : { ...subject, file };
}

function forGitHub(diagnostic: Diagnostic, file: string | undefined): string {
  const place = placeOf(diagnostic, file);
  // A mark over several lines has no columns: GitHub refuses them there.
  const isOneLine = place !== undefined && place.start.line === place.end.line;
  const properties: readonly Property[] = [
    ...(place === undefined
      ? []
      : ([
          ["file", place.file],
          ["line", place.start.line],
          ["endLine", place.end.line],
        ] as const)),
    ...(isOneLine
      ? ([
          ["col", place.start.column],
          ["endColumn", Math.max(place.start.column, place.end.column - 1)],
        ] as const)
      : []),
    ["title", diagnostic.code],
  ];
  const text = properties.map(([name, value]) => `${name}=${escapeGitHubValue(String(value))}`);
  return `::${diagnostic.severity} ${text.join(",")}::${escapeGitHub(messageOf(diagnostic))}\n`;
}

function escapeGitHub(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeGitHubValue(text: string): string {
  return escapeGitHub(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function forAzure(diagnostic: Diagnostic, file: string | undefined): string {
  const place = placeOf(diagnostic, file);
  const properties: readonly Property[] = [
    ["type", diagnostic.severity],
    ...(place === undefined
      ? []
      : ([
          ["sourcepath", place.file],
          ["linenumber", place.start.line],
          ["columnnumber", place.start.column],
        ] as const)),
    ["code", diagnostic.code],
  ];
  const text = properties.map(([name, value]) => `${name}=${escapeAzureValue(String(value))};`);
  return `##vso[task.logissue ${text.join("")}]${escapeAzure(messageOf(diagnostic))}\n`;
}

function escapeAzure(text: string): string {
  return text.replaceAll("%", "%AZP25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeAzureValue(text: string): string {
  return escapeAzure(text).replaceAll(";", "%3B").replaceAll("]", "%5D");
}
