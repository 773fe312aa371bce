import { createHash } from "node:crypto";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { type LayoutFacts, tryReadOlaLayout } from "../media/ola-layout.ts";
import { tryParseInstant } from "../policy/simulate/read-instant.ts";
import type { BackupFile } from "./backup-files.ts";
import type { ImportedSet } from "./imported-set.ts";

/** What a user says of compressed or encrypted files, whose headers only a SQL Server can read. */
export type SealedWord =
  | {
      readonly kind: "said";
      readonly database: string;
      readonly type: "full" | "differential" | "log";
    }
  /** The folders are as Ola Hallengren's solution makes them, and tell the truth. */
  | { readonly kind: "ola" };

interface SealedSets {
  readonly sets: readonly ImportedSet[];
  readonly refused: readonly Diagnostic[];
}

/** The backup sets of compressed or encrypted files, as far as somebody says what they are. */
export function sealedSets(
  files: readonly BackupFile[],
  word: SealedWord | undefined,
  zone: string,
): SealedSets {
  switch (word?.kind) {
    case undefined:
      return { sets: [], refused: files.map(({ path }) => untold(path)) };
    case "said":
      return { sets: files.map((file) => saidSet(file, word)), refused: [] };
    case "ola":
      return olaSets(files, zone);
    default:
      return word satisfies never;
  }
}

function saidSet(
  file: BackupFile,
  { database, type }: Extract<SealedWord, { kind: "said" }>,
): ImportedSet {
  const { modifiedAt } = file;
  return { ...sealedSet([file], []), database, type, ...times(modifiedAt, modifiedAt) };
}

function times(startedAt: Instant, finishedAt: Instant) {
  return { startedAt, finishedAt: finishedAt < startedAt ? startedAt : finishedAt };
}

function sealedSet(files: readonly BackupFile[], missingStripes: readonly number[]) {
  return {
    facts: null,
    identity: identityOf(files),
    server: "",
    files,
    copies: [],
    missingStripes,
    damagedPages: [],
    place: null,
  };
}

/** Stands for the GUID that nobody can read: the same files have the same. */
function identityOf(files: readonly BackupFile[]): string {
  const hash = createHash("sha256");
  for (const { fingerprint } of files) hash.update(`${fingerprint ?? ""}\n`);
  return hash.digest("hex");
}

interface PlacedFile {
  readonly file: BackupFile;
  readonly layout: LayoutFacts;
}

function olaSets(files: readonly BackupFile[], zone: string): SealedSets {
  const refused: Diagnostic[] = [];
  const placed: PlacedFile[] = [];
  for (const file of files) {
    const layout = tryReadOlaLayout(file.path);
    if (layout === undefined) refused.push(misplaced(file.path));
    else if (layout.isPartial) refused.push(partial(file.path));
    else placed.push({ file, layout });
  }
  const groups = [...Map.groupBy(placed, ({ layout }) => layout.backup).values()];
  return { sets: groups.flatMap((group) => olaSet(group, zone) ?? []), refused };
}

/** Two days. A file that was written later than that was copied, and its time says nothing of the backup. */
const LONGEST_BACKUP = 2 * 86_400_000;

/** How many files a backup has nobody can read, so only a number that is left out tells that one is missing. */
function olaSet(group: readonly PlacedFile[], zone: string): ImportedSet | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const byNumber = new Map(group.toReversed().map((each) => [each.layout.file ?? 1, each.file]));
  const numbers = Array.from({ length: Math.max(...byNumber.keys()) }, (_, at) => at + 1);
  const files = numbers.flatMap((number) => byNumber.get(number) ?? []);
  const taken = new Set(files);
  const { database, type, server, startedLocal } = first.layout;
  const modifiedAt = files.reduce(
    (latest, file) => (file.modifiedAt > latest ? file.modifiedAt : latest),
    first.file.modifiedAt,
  );
  const startedAt = tryParseInstant(startedLocal, zone) ?? modifiedAt;
  const isCopied = modifiedAt > startedAt + LONGEST_BACKUP;
  const missing = numbers.filter((number) => !byNumber.has(number));
  return {
    ...sealedSet(files, missing),
    copies: group.flatMap(({ file }) => (taken.has(file) ? [] : [file.path])),
    server,
    database,
    type,
    ...times(startedAt, isCopied ? startedAt : modifiedAt),
  };
}

function untold(path: string): Diagnostic {
  const fact = `${path} is a compressed or encrypted backup, whose headers only a SQL Server can read.`;
  const way =
    tryReadOlaLayout(path) === undefined
      ? "It can be kept as it is when you say what it is: -database NAME -type full, differential or log."
      : "Its folders and its name are those of Ola Hallengren's solution: with -layout ola it is kept as what they say that it is.";
  return sealed(`${fact} ${way}`);
}

function misplaced(path: string): Diagnostic {
  return sealed(
    `${path} is a compressed or encrypted backup, whose headers only a SQL Server can read, and its place is none that Ola Hallengren's solution makes: SERVER/DATABASE/TYPE/SERVER_DATABASE_TYPE_DATE_TIME.bak. It was left out. Import it by itself, with -database NAME -type full, differential or log.`,
  );
}

function partial(path: string): Diagnostic {
  return sealed(
    `${path} is a compressed or encrypted backup of some filegroups only, by its name. It was left out, because nobody can see which, and a database cannot be restored from it alone.`,
  );
}

function sealed(detail: string): Diagnostic {
  return errorDiagnostic({
    code: "MEDIA_SEALED",
    summary: "Compressed or encrypted backup file",
    detail,
  });
}
