import type { BackupHeader } from "./backup-header.ts";
import type { SetGuid } from "./guid.ts";

/** One file of a medium: a set may be spread over several (stripes), and each may have copies (mirrors). */
export interface MediaFile {
  readonly header: Omit<BackupHeader, "missingStripes">;
  /** From 1 to `stripes`. Mirrors of one stripe have the same. */
  readonly stripe: number;
  readonly stripes: number;
}

export interface MergedSets {
  readonly headers: readonly BackupHeader[];
  /** Sets whose files contradict each other; they are not among the headers. */
  readonly contradictory: readonly SetGuid[];
}

/** The sets that the files make up, in the order of their first files. One stripe of each number is enough. */
export function mergeStripes(files: readonly MediaFile[]): MergedSets {
  const bySet = Map.groupBy(files, ({ header }) => header.set);
  const headers: BackupHeader[] = [];
  const contradictory: SetGuid[] = [];
  for (const [set, parts] of bySet) {
    const [first] = parts;
    if (first !== undefined && parts.every((part) => agree(part, first))) {
      headers.push({ ...first.header, missingStripes: missingOf(parts, first.stripes) });
    } else contradictory.push(set);
  }
  return { headers, contradictory };
}

function agree(part: MediaFile, first: MediaFile): boolean {
  return (
    part.stripes === first.stripes &&
    part.stripe >= 1 &&
    part.stripe <= part.stripes &&
    part.header.type === first.header.type &&
    part.header.firstLsn === first.header.firstLsn &&
    part.header.lastLsn === first.header.lastLsn &&
    part.header.checkpointLsn === first.header.checkpointLsn
  );
}

function missingOf(parts: readonly MediaFile[], count: number): readonly number[] {
  const there = new Set(parts.map(({ stripe }) => stripe));
  return Array.from({ length: count }, (_, at) => at + 1).filter((stripe) => !there.has(stripe));
}
