import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { SourceRange } from "../../core/diagnostics/source-range.ts";
import { snippetOf } from "./diagnostic-snippet.ts";
import type { FindSource } from "./diagnostic-source.ts";

interface DiagnosticFacts {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string | undefined;
  readonly range?: SourceRange | undefined;
}

/** A diagnostic as one line of a command's `-json` output. */
export function encodeDiagnostic(
  diagnostic: Diagnostic,
): DiagnosticFacts & { readonly type: "diagnostic" } {
  return { type: "diagnostic", ...factsOf(diagnostic) };
}

interface SnippetJson {
  /** The header of the block around it. */
  readonly context: string | null;
  readonly code: string;
  readonly start_line: number;
  /** UTF-8 byte offsets into `code`. */
  readonly highlight_start_offset: number;
  readonly highlight_end_offset: number;
  readonly values: readonly { readonly traversal: string; readonly statement: string }[];
}

/** The document of `validate -json`, in Terraform's form; each diagnostic has its `code` in addition. */
export interface ValidationJson {
  readonly format_version: "1.0";
  readonly valid: boolean;
  readonly error_count: number;
  readonly warning_count: number;
  readonly diagnostics: readonly (DiagnosticFacts & { readonly snippet?: SnippetJson })[];
}

export function encodeValidation(
  diagnostics: readonly Diagnostic[],
  findSource: FindSource,
): ValidationJson {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return {
    format_version: "1.0",
    valid: errors === 0,
    error_count: errors,
    warning_count: diagnostics.length - errors,
    diagnostics: diagnostics.map((diagnostic) => {
      const snippet = encodeSnippet(diagnostic, findSource);
      return { ...factsOf(diagnostic), ...(snippet && { snippet }) };
    }),
  };
}

function factsOf({
  severity,
  code,
  summary,
  detail,
  address,
  subject,
}: Diagnostic): DiagnosticFacts {
  return {
    severity,
    code,
    summary,
    detail,
    ...(address !== undefined && { address }),
    ...(subject !== undefined && { range: plainRange(subject) }),
  };
}

/** A range without what its class may carry. */
function plainRange({ filename, start, end }: SourceRange): SourceRange {
  return { filename, start, end };
}

function encodeSnippet(diagnostic: Diagnostic, findSource: FindSource): SnippetJson | undefined {
  const snippet = snippetOf(diagnostic, findSource);
  if (snippet === undefined) return undefined;
  const code = snippet.lines.join("\n");
  const values = diagnostic.values ?? [];
  return {
    context: snippet.context ?? null,
    code,
    start_line: snippet.startLine,
    highlight_start_offset: Buffer.byteLength(code.slice(0, snippet.start)),
    highlight_end_offset: Buffer.byteLength(code.slice(0, snippet.end)),
    values: values.map(({ reference, statement }) => ({ traversal: reference, statement })),
  };
}
