import type { Instant } from "../../../core/kit/clock.ts";
import type { DatabaseOutlook, RecoveryPointChange } from "../../../core/plan/points/outlook.ts";
import { formatCount } from "../count-text.ts";
import type { Paint } from "../paint.ts";
import { wrapLine } from "../text-layout.ts";
import { formatValue } from "./argument-text.ts";

/** `2017-02-01T16:00:00Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.000Z$/, "Z");
}

/** Gives the zone in which the times of a database are told. */
export type ZoneOf = (database: Pick<DatabaseOutlook, "server" | "database">) => string;

/** Each database by the clock of its retention; UTC where nothing is known of it. */
export function zonesOf(databases: readonly DatabaseOutlook[]): ZoneOf {
  const keyOf = (each: Parameters<ZoneOf>[0]): string => `${each.server}\n${each.database}`;
  const zones = new Map(databases.map((each) => [keyOf(each), each.timezone]));
  return (each) => zones.get(keyOf(each)) ?? "UTC";
}

/** A name as it is, quoted where it could be mistaken for something else on a terminal. */
export function quoteStrange(name: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{N}\p{P}\p{S}]+)*$/u.test(name)
    ? name
    : formatValue(name);
}

/** Enough of a point's id to name it in a command. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** The first few lines of a long list, and how many more there are. */
export function cutLines(
  lines: readonly string[],
  { most, total }: { readonly most: number; readonly total: number },
): readonly string[] {
  const left = total - Math.min(most, lines.length);
  const shown = lines.slice(0, most);
  return left === 0 ? shown : [...shown, `… and ${formatCount(left)} more, see -json`];
}

/** The first changes of a kind: there may be a million others. */
export function firstOf(
  changes: readonly RecoveryPointChange[],
  kind: RecoveryPointChange["change"],
  most: number,
): readonly RecoveryPointChange[] {
  const found: RecoveryPointChange[] = [];
  for (const each of changes) {
    if (found.length === most) break;
    if (each.change === kind) found.push(each);
  }
  return found;
}

/** `1 point`, `2,988 points`. */
export function pointsOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "point" : "points"}`;
}

/** How the part of a plan about recovery points is laid out. */
export interface PointLayout {
  readonly paint: Paint;
  /** Of the terminal. */
  readonly width: number;
}

/** A line of prose, broken at the terminal's width under its own start; `mark` paints each line. */
export function wrapped(
  line: string,
  { width }: Pick<PointLayout, "width">,
  mark: (text: string) => string = (text) => text,
): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return wrapLine(line, width, indent).split("\n").map(mark);
}
