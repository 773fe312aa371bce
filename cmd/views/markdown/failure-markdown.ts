import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { formatCounted } from "../count-text.ts";
import type { FindSource } from "../diagnostic-source.ts";
import { formatDiagnostic } from "../diagnostic-text.ts";
import { firstLine, MOST_BYTES } from "./comment-limits.ts";
import { entriesOf, fitParts } from "./fit-parts.ts";
import { fenceAround } from "./safe-markdown.ts";

export interface FailureMarkdownOptions {
  readonly findSource: FindSource;
  /** Of the catalog; null where it cannot be told. */
  readonly lineage: string | null;
}

/** The comment in place of a plan that could not be made, so that an older one does not stand for it. */
export function formatFailureMarkdown(
  diagnostics: readonly Diagnostic[],
  { findSource, lineage }: FailureMarkdownOptions,
): string {
  const format = (each: Diagnostic) => formatDiagnostic(each, { findSource });
  const cut = entriesOf(diagnostics, format);
  const fence = fenceAround(cut.entries, "text");
  const head = `${firstLine(lineage)}\n## Holdfast plan: failed\n\nNothing was changed.\n\n`;
  const more = (count: number) =>
    `and ${formatCounted(count, "message")} more: see the job's log\n`;
  const room = MOST_BYTES - Buffer.byteLength(head);
  return head + fitParts([{ ...fence, ...cut, more }], room);
}
