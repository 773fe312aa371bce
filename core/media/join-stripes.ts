/** What the parts of one backup set agree on. */
interface SetIdentity {
  /** GUID of the set. */
  readonly set: string;
  readonly type: string;
  readonly firstLsn: bigint;
  readonly lastLsn: bigint;
  readonly checkpointLsn: bigint;
}

/** A file whose headers were read. */
export interface ReadMedia<F, S extends SetIdentity> {
  readonly file: F;
  readonly facts: {
    /** From 1 to `stripes`. Mirrors of one stripe have the same. */
    readonly stripe: number;
    readonly stripes: number;
    readonly sets: readonly S[];
  };
}

/** A backup set with the files that hold it, in the order of their stripes. */
export interface JoinedSet<F, S extends SetIdentity> {
  readonly facts: S;
  readonly files: readonly F[];
  readonly stripes: number;
  /** Further copies of stripes, which say the same as one of `files`. */
  readonly copies: readonly F[];
  /** Numbers of the stripes that are not among the files: without them nothing of the set can be restored. */
  readonly missing: readonly number[];
}

/** Files that name one set and disagree on what it is. */
export interface ContradictorySet<F> {
  readonly set: string;
  readonly files: readonly F[];
}

export interface JoinedStripes<F, S extends SetIdentity> {
  /** In the order of their first files. */
  readonly sets: readonly JoinedSet<F, S>[];
  readonly contradictory: readonly ContradictorySet<F>[];
}

/** The sets that the files make up. Of copies of one stripe (mirrors) the first one is taken. */
export function joinStripes<F, S extends SetIdentity>(
  media: readonly ReadMedia<F, S>[],
): JoinedStripes<F, S> {
  const parts = media.flatMap(({ file, facts: { stripe, stripes, sets } }) =>
    sets.map((facts): Part<F, S> => ({ file, stripe, stripes, facts })),
  );
  const sets: JoinedSet<F, S>[] = [];
  const contradictory: ContradictorySet<F>[] = [];
  for (const [set, own] of Map.groupBy(parts, ({ facts }) => facts.set)) {
    const [first] = own;
    if (first !== undefined && own.every((part) => agree(part, first))) {
      sets.push(joined(first, own));
    } else contradictory.push({ set, files: own.map(({ file }) => file) });
  }
  return { sets, contradictory };
}

interface Part<F, S> {
  readonly file: F;
  readonly stripe: number;
  readonly stripes: number;
  readonly facts: S;
}

function agree<F, S extends SetIdentity>(part: Part<F, S>, first: Part<F, S>): boolean {
  return (
    part.stripes === first.stripes &&
    part.stripe >= 1 &&
    part.stripe <= part.stripes &&
    part.facts.type === first.facts.type &&
    part.facts.firstLsn === first.facts.firstLsn &&
    part.facts.lastLsn === first.facts.lastLsn &&
    part.facts.checkpointLsn === first.facts.checkpointLsn
  );
}

function joined<F, S extends SetIdentity>(
  { facts, stripes }: Part<F, S>,
  own: readonly Part<F, S>[],
): JoinedSet<F, S> {
  const byStripe = new Map(own.toReversed().map(({ stripe, file }) => [stripe, file]));
  const numbers = Array.from({ length: stripes }, (_, at) => at + 1);
  const files = numbers.flatMap((stripe) => {
    const file = byStripe.get(stripe);
    return file === undefined ? [] : [file];
  });
  const taken = new Set<unknown>(files);
  const copies = own.map(({ file }) => file).filter((file) => !taken.has(file));
  return {
    facts,
    files,
    copies,
    stripes,
    missing: numbers.filter((stripe) => !byStripe.has(stripe)),
  };
}
