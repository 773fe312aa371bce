import type { AzureDatabase, CopyTags } from "./azure-sql.ts";

/** Longest name of a database (learn.microsoft.com: sql/relational-databases/databases/database-identifiers). */
const LONGEST = 128;

/** The name of a copy: `orders_holdfast_0123abcd`. A long name loses its end. `run`: 32 small hex digits. */
export function copyNameOf(database: string, run: string): string {
  const end = endOf(run);
  // Half a character at the cut is no text, and no URL takes it.
  const begin = database.slice(0, LONGEST - end.length).replace(/[\uD800-\uDBFF]$/, "");
  return begin + end;
}

/** Whether a name is one that `copyNameOf` gives for that run. */
export function isCopyName(name: string, run: string): boolean {
  const end = endOf(run);
  return /^[0-9a-f]{8,}$/.test(run) && name.endsWith(end) && name.length > end.length;
}

/** Those of a copy that Holdfast made; undefined of anything else. */
export function copyTagsOf({
  place,
  tags,
}: Pick<AzureDatabase, "place" | "tags">): CopyTags | undefined {
  const { holdfast, set, expires } = tags;
  if (holdfast === undefined || set === undefined || expires === undefined) return undefined;
  const isOurs = /^[0-9a-f]{32}$/.test(holdfast) && isCopyName(place.database, holdfast);
  return isOurs && !Number.isNaN(Date.parse(expires)) ? { holdfast, set, expires } : undefined;
}

function endOf(run: string): string {
  return `_holdfast_${run.slice(0, 8)}`;
}
