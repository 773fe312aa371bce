import type { Code } from "../../../core/diagnostics/codes.ts";
import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";

interface Explanation {
  readonly code: Code;
  readonly summary: string;
  readonly detail: string;
}

const UNREADABLE: Explanation = {
  code: "CATALOG_UNREADABLE",
  summary: "Unreadable catalog",
  detail:
    "is damaged or is not a catalog. Nothing was changed. Put back a copy of the file, or move it away and build a new one from the vaults:\n\n    holdfast rebuild-catalog",
};

const NOT_WRITABLE: Explanation = {
  code: "CATALOG_NOT_WRITABLE",
  summary: "Catalog cannot be written",
  detail:
    "or its folder does not let this user write. Nothing was changed. Give this user the right to write to both, then run the command again.",
};

/** By SQLite's primary result code (https://www.sqlite.org/rescode.html). */
const EXPLANATIONS: Readonly<Record<number, Explanation>> = {
  5: {
    code: "CATALOG_BUSY",
    summary: "Catalog is busy",
    detail:
      "is being written by another process that did not finish in time. Nothing was changed. Run the command again.",
  },
  8: NOT_WRITABLE,
  10: {
    code: "CATALOG_FAILED",
    summary: "Catalog cannot be read or written",
    detail:
      "could not be used because its disk reported an error. Nothing was changed. Check the disk, then run the command again.",
  },
  11: UNREADABLE,
  13: {
    code: "CATALOG_FULL",
    summary: "No space left for the catalog",
    detail:
      "could not grow because its disk is full. Nothing was changed. Make room, then run the command again.",
  },
  14: NOT_WRITABLE,
  26: UNREADABLE,
};

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** SQLITE_READONLY_ROLLBACK: a journal must be rolled back, and the connection may not write. */
export function needsRollback(error: unknown): boolean {
  return resultCode(error) === 776;
}

function explain(path: string, error: unknown): unknown {
  const code = resultCode(error);
  if (error instanceof DiagnosticError || code === undefined) return error;
  const { detail, ...facts } = EXPLANATIONS[code & 0xff] ?? UNREADABLE;
  return failure({ ...facts, detail: `The catalog ${path} ${detail}` }, error);
}

/** Runs `work` and turns SQLite's errors into diagnostics of the catalog at `path`. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(path, error);
  }
}

/** CATALOG_UNREADABLE for a file that SQLite can read and we cannot. */
export function unreadable(path: string, cause?: unknown): DiagnosticError {
  const { detail, ...facts } = UNREADABLE;
  return failure({ ...facts, detail: `The catalog ${path} ${detail}` }, cause);
}
