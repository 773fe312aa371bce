import type { LiteralPart, TemplatePart } from "./template-part.ts";

/**
 * Takes the indent that all lines share off a `<<-` heredoc. A line starts at the first part and
 * behind every part that still ends in a line break: `~` has trimmed before. Blank lines do not count.
 */
export function dedentedParts(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const starts = new Set<LiteralPart>();
  let indent = Infinity;
  let startsLine = true;
  for (const part of parts) {
    if (startsLine) {
      const isText = part.kind === "text";
      const isBlank = isText && part.text.trimStart() === "" && part.text.endsWith("\n");
      if (isText && !isBlank) starts.add(part);
      if (!isBlank) indent = Math.min(indent, isText ? indentOf(part.text) : 0);
    }
    startsLine = part.kind === "text" && part.text.endsWith("\n");
  }
  if (indent === 0 || indent === Infinity) return parts;
  return parts.map((part) =>
    part.kind === "text" && starts.has(part) ? { ...part, text: part.text.slice(indent) } : part,
  );
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
