/**
 * What the place of a file says of the backup in it, where Ola Hallengren's maintenance solution put it: by default
 * `SERVER$INSTANCE/DATABASE/TYPE/SERVER$INSTANCE_DATABASE_TYPE_yyyymmdd_hhmmss_N.bak`, with the name of a cluster and of an
 * availability group instead of server and instance (its DirectoryStructure and FileName, ola.hallengren.com). Names are
 * without the characters that a folder cannot have, so headers, where they can be read, know better.
 */
export interface LayoutFacts {
  /** `SQL01`, `SQL01\PROD`; of an availability group `CLUSTER\GROUP`. */
  readonly server: string;
  readonly database: string;
  readonly type: "full" | "differential" | "log";
  readonly isCopyOnly: boolean;
  /** Only some filegroups. */
  readonly isPartial: boolean;
  /** When the backup began, local time of the server: `2026-11-23T21:00:00`. */
  readonly startedLocal: string;
  /** From 1, of a backup in several files; null of one in a single file. */
  readonly file: number | null;
  /** The same for all files of one backup, wherever they lie. */
  readonly backup: string;
}

const TYPES = { FULL: "full", DIFF: "differential", LOG: "log" } as const;
const KIND = /^(FULL|DIFF|LOG)(_PARTIAL)?(_COPY_ONLY)?$/i;
const NAME =
  /^(?<stem>.+)_(?<kind>(?:FULL|DIFF|LOG)(?:_PARTIAL)?(?:_COPY_ONLY)?)_(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)_(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:_(?<file>\d+))?\.[a-z]+$/i;

function typeOf(kind: string): Pick<LayoutFacts, "type" | "isCopyOnly" | "isPartial"> | undefined {
  const [, word = "", partial, copyOnly] = KIND.exec(kind) ?? [];
  const type = Object.entries(TYPES).find(([each]) => each === word.toUpperCase())?.[1];
  if (type === undefined) return undefined;
  return { type, isCopyOnly: copyOnly !== undefined, isPartial: partial !== undefined };
}

/** Undefined where the folders and the name of the file do not agree on one backup. */
export function tryReadOlaLayout(path: string): LayoutFacts | undefined {
  const [folder = "", database = "", kind = "", name = ""] = path.split(/[\\/]/).slice(-4);
  const named = NAME.exec(name)?.groups;
  const type = typeOf(kind);
  if (named === undefined || type === undefined) return undefined;
  const { stem, kind: own = "", file } = named;
  if (stem !== `${folder}_${database}` || own.toUpperCase() !== kind.toUpperCase()) {
    return undefined;
  }
  const startedLocal = [
    [named["year"], named["month"], named["day"]].join("-"),
    [named["hour"], named["minute"], named["second"]].join(":"),
  ].join("T");
  return {
    server: folder.replace("$", "\\"),
    database,
    ...type,
    startedLocal,
    file: file === undefined ? null : Number(file),
    backup: [folder, database, own.toUpperCase(), startedLocal].join("/"),
  };
}
