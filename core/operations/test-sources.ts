import type { SourceFile } from "../config/configuration.ts";
import { type Diagnostic, type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";

const TEST_FILE = /\.hcltest\.(?:hcl|json)$/;

/** The files of tests that are asked for: all of the directory, or those named. */
export async function readTestSources(
  paths: readonly string[],
  ports: Ports,
): Promise<{ readonly files: readonly SourceFile[]; readonly diagnostics: readonly Diagnostic[] }> {
  if (paths.length === 0) {
    const found = await ports.files.listTests();
    if (found.files.length + found.diagnostics.length === 0) throw nothingToRun([]);
    return found;
  }
  const files: SourceFile[] = [];
  for (const filename of new Set(paths)) {
    if (!TEST_FILE.test(filename)) throw noTestFile(filename);
    files.push({ filename, bytes: await ports.files.read(filename) });
  }
  return { files, diagnostics: [] };
}

/** TEST_NOT_FOUND. */
export function nothingToRun(filters: readonly string[]): DiagnosticError {
  return failure({
    code: "TEST_NOT_FOUND",
    summary: "No tests",
    detail:
      filters.length === 0
        ? "There is no test here. Tests stand in files *.hcltest.hcl or *.hcltest.json beside the configuration."
        : `No test has ${filters.map((text) => JSON.stringify(text)).join(" or ")} in its title.`,
  });
}

function noTestFile(filename: string): DiagnosticError {
  return failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `${filename} is no file of tests: their names end in .hcltest.hcl or .hcltest.json.`,
  });
}
