import type { CoveredDatabase, SetCoverage } from "../../../core/plan/plan.ts";
import { cellsOf, printable } from "../text-layout.ts";
import { formatInstant, type PointLayout, quoteStrange } from "./point-words.ts";

/** Which databases the sets cover now, in what state, and whether anything of them could be restored. */
export function formatCoverage(
  coverage: readonly SetCoverage[],
  layout: PointLayout,
): readonly string[] {
  if (coverage.length === 0) return [];
  return [
    layout.paint.strong("Databases covered now:"),
    ...coverage.flatMap((set) => ["", ...formatSet(set, layout)]),
  ];
}

const PROTECTION: Readonly<Record<SetCoverage["protection"], string>> = {
  protected: "every database has a recovery point",
  partly: "some databases have no recovery point",
  unprotected: "unprotected, no recovery point yet",
  unknown: "has recovery points",
};

function formatSet(set: SetCoverage, layout: PointLayout): readonly string[] {
  const { paint } = layout;
  const mark = set.protection === "protected" ? paint.added : paint.changed;
  const title = `  ${printable(set.backupSet)} (${printable(set.server)}): `;
  const head = headOf(title, PROTECTION[set.protection], { ...layout, mark });
  if (!set.observed) return [...head, paint.faint("    (the server was not asked)")];
  if (set.databases.length === 0) return [...head, "    (no database matches)"];
  const name = ({ name: text }: CoveredDatabase) => quoteStrange(text);
  const widths = {
    name: Math.max(...set.databases.map((each) => name(each).length)),
    state: Math.max(...set.databases.map(({ state }) => state.length)),
  };
  return [
    ...head,
    ...set.databases.map((each) => {
      const columns = `    ${name(each).padEnd(widths.name)}  ${each.state.padEnd(widths.state)}`;
      return `${columns}  ${protectionOf(each, layout)}`;
    }),
  ];
}

function protectionOf(
  { newestPointAt, unfinished }: CoveredDatabase,
  { paint }: PointLayout,
): string {
  if (unfinished !== undefined)
    return paint.changed(
      unfinished.isOver ? "not whole, left by a restore" : "not whole, of a restore that may run",
    );
  if (newestPointAt === null) return paint.changed("unprotected");
  return `newest point ${formatInstant(newestPointAt)}`;
}

/** Where a terminal is too narrow for both, the protection stands below the set. */
function headOf(
  title: string,
  protection: string,
  { width, mark }: PointLayout & { readonly mark: (text: string) => string },
): readonly string[] {
  return cellsOf(title + protection) <= width
    ? [title + mark(protection)]
    : [title.trimEnd(), `    ${mark(protection)}`];
}
