import type { ToldWarning } from "../drift.ts";
import { type ComparedDatabase, listSets } from "../subject.ts";

/** What becomes of the sets that name a database which has that name no more. */
export function namingFails({ setsBefore, before, name }: ComparedDatabase): string {
  const last = (before?.name ?? name).toLowerCase();
  const naming = setsBefore.filter(({ selection }) =>
    selection.include.some((each) => each.toLowerCase() === last),
  );
  if (naming.length === 0) return "";
  const names = naming.length === 1 ? "names" : "name";
  return ` Each backup of ${listSets(naming)}, which ${names} it, ends with errors.`;
}

/** A set that names it finds no such database. */
export function namedNowhere({ before }: ComparedDatabase): ToldWarning {
  return { code: "PLAN_PATTERN_MATCHES_NOTHING", database: before?.name ?? "" };
}
