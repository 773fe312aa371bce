import { looksLikeCopy } from "../kit/copy-form.ts";

/** A glob over database names: `*` stands for any run of characters, `?` for one. Case is ignored, as SQL Server's usual collations do. */
export function matchesPattern(name: string, pattern: string): boolean {
  return toExpression(pattern).test(name);
}

/** Whether the pattern is a plain name. */
export function isPlainName(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

function toExpression(pattern: string): RegExp {
  const body = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, "[\\s\\S]*")
    .replaceAll("?", "[\\s\\S]");
  return new RegExp(`^${body}$`, "iu");
}

export interface DatabaseSelection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether master, msdb and model may be selected. tempdb never is (B-25). */
  readonly system: boolean;
}

interface SelectableDatabase {
  readonly name: string;
  readonly isSystem: boolean;
}

/** The databases that a backup set covers, in the order given. Copies that backups make and drop are none of them, unless one is named. */
export function selectDatabases<T extends SelectableDatabase>(
  databases: readonly T[],
  selection: DatabaseSelection,
): readonly T[] {
  const { include } = selection;
  return databases.filter(
    (database) =>
      isSelected(database, selection) &&
      (!looksLikeCopy(database.name) || include.includes(database.name)),
  );
}

/** Those that a backup set would cover if their names were not those of copies. */
export function leftOutCopies<T extends SelectableDatabase>(
  databases: readonly T[],
  selection: DatabaseSelection,
): readonly T[] {
  const covered = selectDatabases(databases, selection);
  return databases.filter(
    (database) => isSelected(database, selection) && !covered.includes(database),
  );
}

function isSelected({ name, isSystem }: SelectableDatabase, selection: DatabaseSelection): boolean {
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesPattern(name, pattern));
  return (
    name.toLowerCase() !== "tempdb" &&
    (selection.system || !isSystem) &&
    matches(selection.include) &&
    !matches(selection.exclude)
  );
}

/** Plain names of `include` that no database has. */
export function missingNames(
  databases: readonly SelectableDatabase[],
  selection: DatabaseSelection,
): readonly string[] {
  return selection.include.filter(
    (pattern) =>
      isPlainName(pattern) && !databases.some(({ name }) => matchesPattern(name, pattern)),
  );
}
