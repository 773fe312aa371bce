import { parseHcl } from "../../language/parse-hcl.ts";
import { parseJsonConfig } from "../../language/parse-json-config.ts";
import type { ParsedFile } from "../../language/parsed-file.ts";
import type { SourceFile } from "../configuration.ts";
import type { Report } from "../report.ts";

/** Parsed files by name. */
export type Sources = Map<string, ParsedFile>;

/** Parses by the ending of the name: `.json` is JSON syntax, everything else native. */
export function parseFile(file: SourceFile, sources: Sources, report: Report): ParsedFile {
  const parsed = file.filename.endsWith(".json") ? parseJsonConfig(file) : parseHcl(file);
  sources.set(file.filename, parsed);
  report.add(...parsed.diagnostics);
  return parsed;
}

/** In ordinal order of name, so that the order in which a directory lists its files means nothing. */
export function parseFiles(
  files: readonly SourceFile[],
  sources: Sources,
  report: Report,
): readonly ParsedFile[] {
  return [...files]
    .sort((a, b) => (a.filename < b.filename ? -1 : 1))
    .map((file) => parseFile(file, sources, report));
}
