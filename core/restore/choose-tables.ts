import { failure } from "../diagnostics/diagnostic.ts";
import { formatTableName } from "../kit/table-name.ts";
import { matchesPattern } from "../policy/name-pattern.ts";
import type { TableSource } from "./table-sources.ts";

/** Those whose names, as `schema.table`, match one of the patterns; all without patterns. RESTORE_TABLE_UNKNOWN names a pattern that no table matches. */
export function chooseTables(
  sources: readonly TableSource[],
  patterns: readonly string[] | undefined,
): readonly TableSource[] {
  if (patterns === undefined) return sources;
  const names = sources.map(formatTableName);
  const vain = patterns.find((pattern) => !names.some((name) => matchesPattern(name, pattern)));
  if (vain !== undefined) {
    const some = names.slice(0, 10).map((name) => `    ${name}`);
    throw failure({
      code: "RESTORE_TABLE_UNKNOWN",
      summary: "Table not in the recovery point",
      detail: `No table of the recovery point is called ${vain}. Write schema and table, with * for any characters: dbo.Order*. It has ${names.length}:\n\n${some.join("\n")}`,
    });
  }
  return sources.filter((source) =>
    patterns.some((pattern) => matchesPattern(formatTableName(source), pattern)),
  );
}
