import type { BackupSetFacts, MediaFacts } from "./backup-set.ts";

/** A file whose headers were read. */
export interface ReadMedia<F> {
  readonly file: F;
  readonly facts: MediaFacts;
}

/** A backup set with the files that hold it, in the order of their stripes. */
export interface JoinedSet<F> {
  readonly facts: BackupSetFacts;
  readonly files: readonly F[];
  readonly stripes: number;
  /** Numbers of the stripes that are not among the files: without them nothing of the set can be restored. */
  readonly missing: readonly number[];
}

/** The sets that the files make up, in the order of their first files. Of copies of one stripe the first one is taken. */
export function joinStripes<F>(media: readonly ReadMedia<F>[]): readonly JoinedSet<F>[] {
  const parts = media.flatMap(({ file, facts }) => facts.sets.map((set) => ({ file, facts, set })));
  const joined = Map.groupBy(parts, ({ set, facts }) => `${set.set} ${facts.stripes}`);
  return [...joined.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { stripes } = first.facts;
    const byStripe = new Map(own.toReversed().map(({ facts, file }) => [facts.stripe, file]));
    const numbers = Array.from({ length: stripes }, (_, at) => at + 1);
    const files = numbers.flatMap((stripe) => {
      const file = byStripe.get(stripe);
      return file === undefined ? [] : [file];
    });
    const missing = numbers.filter((stripe) => !byStripe.has(stripe));
    return [{ facts: first.set, files, stripes, missing }];
  });
}
