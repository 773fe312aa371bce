/** Which names are aggregates, and which are functions of a window only. Upper case. */

const AGGREGATES: ReadonlySet<string> = new Set([
  "AVG",
  "CHECKSUM_AGG",
  "COUNT",
  "COUNT_BIG",
  "GROUPING",
  "GROUPING_ID",
  "MAX",
  "MIN",
  "STDEV",
  "STDEVP",
  "STRING_AGG",
  "SUM",
  "VAR",
  "VARP",
]);

const WINDOW_ONLY: ReadonlySet<string> = new Set([
  "CUME_DIST",
  "DENSE_RANK",
  "FIRST_VALUE",
  "LAG",
  "LAST_VALUE",
  "LEAD",
  "NTILE",
  "PERCENT_RANK",
  "RANK",
  "ROW_NUMBER",
]);

export function isAggregate(name: string): boolean {
  return AGGREGATES.has(name.toUpperCase());
}

export function isWindowOnly(name: string): boolean {
  return WINDOW_ONLY.has(name.toUpperCase());
}
