import type { Plan } from "../../../core/plan/plan.ts";
import { printable } from "../text-layout.ts";
import { cutLines, type PointLayout, pointsOf, quoteStrange, wrapped } from "./point-words.ts";

const MOST = 10;

/** Points that earlier applies hid and that an apply of the plan lists again, by database. */
export function formatRelisted(
  { relisted = [] }: Pick<Plan, "relisted">,
  layout: PointLayout,
): readonly string[] {
  if (relisted.length === 0) return [];
  const byDatabase = [
    ...Map.groupBy(relisted, ({ backupSet, database }) => JSON.stringify([backupSet, database])),
  ].map(([, points]) => points);
  const lines = byDatabase.flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    return [
      `${quoteStrange(first.database)} of ${printable(first.backupSet)}: ${pointsOf(points.length)}`,
    ];
  });
  const title = `Listed again: ${pointsOf(relisted.length)} that an earlier apply gave up, since the rules keep them now`;
  return [
    ...wrapped(title, layout, layout.paint.strong),
    ...cutLines(lines, { most: MOST, total: lines.length }).flatMap((line) =>
      wrapped(`  ${line}`, layout),
    ),
  ];
}
