import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { byteDifferences } from "../diff/byte-difference.ts";
import type { DiffEvent, DiffPoint } from "../diff/diff-event.ts";
import { pageDifferences } from "../diff/page-difference.ts";
import type { DiffOpener } from "./open-diff-side.ts";
import type { Ports } from "./ports.ts";

interface FilePoints {
  readonly before: RecoveryPoint;
  readonly after: RecoveryPoint;
  /** What `-table` says. */
  readonly table: string | undefined;
}

/** Tells which pages and bytes differ between two points that hold backup files, without reading them. DIFF_UNSUPPORTED. */
export async function* diffFiles(
  { before, after, table }: FilePoints,
  opener: DiffOpener,
  { signal }: Ports,
): AsyncGenerator<DiffEvent> {
  if (table !== undefined) throw withoutTables();
  const vaults = [await opener.vaultOf(before), await opener.vaultOf(after)];
  if (vaults[0]?.id !== vaults[1]?.id) throw inTwoVaults();
  const [vault] = vaults;
  if (vault === undefined) throw new RangeError("no vault. This is a bug.");
  const sides = {
    before: await opener.reader(before, vault),
    after: await opener.reader(after, vault),
  };
  yield { type: "points", before: factsOf(before), after: factsOf(after) };
  yield* pageDifferences(sides, { signal });
  yield* byteDifferences(sides, { signal });
}

const PARTS: Readonly<Partial<Record<RecoveryPoint["type"], string>>> = {
  differential:
    "A differential backup holds the extents that changed since its full, and no others: pages that only the other point has are still there.",
  log: "A log backup holds records of the log and no pages of data files.",
  tail: "A backup of the tail of the log holds records of the log and no pages of data files.",
};

function factsOf({
  id,
  server,
  database,
  method,
  type,
  consistency,
  createdAt,
}: RecoveryPoint): DiffPoint {
  const note = PARTS[type];
  const notes = note === undefined ? [] : [note];
  return { id, server, database, method, type, consistency, createdAt, notes };
}

function withoutTables(): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "No tables in backup files",
    detail:
      "Both recovery points hold backup files, which are made of pages, and nobody but SQL Server knows which table a page is of. Leave -table out, and diff tells the pages that differ.",
  });
}

function inTwoVaults(): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Backup files in two vaults",
    detail:
      "Pages are compared by fingerprints under a key that each vault has for itself, so points of two vaults cannot be compared. Import one of the backups into the vault of the other, and compare these.",
  });
}
