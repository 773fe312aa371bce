/** `[a]]b]`: an identifier, safe in a statement. */
export function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

/** `[dbo].[Orders]` */
export function quotePath(...names: readonly string[]): string {
  return names.map(quoteName).join(".");
}

/** `N'it''s'`: a Unicode literal. */
export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}

/** Compares by UTF-16 units, the same on every machine and in every language. */
export function compareOrdinal(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
