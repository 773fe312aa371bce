/** What is compared by its key. */
export interface Keyed {
  readonly key: string;
  /** Bytes of memory, about. */
  readonly weight: number;
}

export type SideName = "before" | "after";

/** One of each where the keys are equal; otherwise what only one side has. */
export interface Pair<T> {
  readonly before?: T | undefined;
  readonly after?: T | undefined;
}

/** What came of one side and has met nothing yet. */
class Waiting<T extends Keyed> {
  #items: T[] = [];
  #places = new Map<string, number>();
  /** The place of the first item. */
  #first = 0;
  weight = 0;
  isEnded = false;

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#places.set(item.key, this.#first + this.#items.length);
    this.#items.push(item);
    this.weight += item.weight;
  }

  /** Takes out everything up to the item of that key; undefined where there is none. */
  takeThrough(key: string): readonly T[] | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const taken = this.#items.splice(0, place + 1 - this.#first);
    this.#first = place + 1;
    for (const item of taken) {
      if ((this.#places.get(item.key) ?? place + 1) <= place) this.#places.delete(item.key);
      this.weight -= item.weight;
    }
    return taken;
  }

  takeAll(): readonly T[] {
    const taken = this.#items;
    this.#first += taken.length;
    this.#items = [];
    this.#places = new Map();
    this.weight = 0;
    return taken;
  }
}

/**
 * Brings two sequences side by side that are sorted in one order, which need not be known: where an item of one meets its
 * key in the other, everything that waited before it on either side has no partner. Holds what came since the last meeting.
 */
export class Aligner<T extends Keyed> {
  readonly #sides = { before: new Waiting<T>(), after: new Waiting<T>() };
  #pairs: Pair<T>[] = [];

  /** Bytes that wait. */
  get weight(): number {
    return this.#sides.before.weight + this.#sides.after.weight;
  }

  /** The side that should go on: the one that waits with less; undefined once both have ended. */
  get next(): SideName | undefined {
    const { before, after } = this.#sides;
    if (before.isEnded) return after.isEnded ? undefined : "after";
    if (after.isEnded) return "before";
    return before.weight <= after.weight ? "before" : "after";
  }

  pushAll(name: SideName, items: readonly T[]): void {
    for (const item of items) this.push(name, item);
  }

  push(name: SideName, item: T): void {
    const own = this.#sides[name];
    const others = this.#sides[name === "before" ? "after" : "before"];
    const passed = others.takeThrough(item.key);
    if (passed === undefined) {
      if (others.isEnded && others.length === 0) this.#pairs.push({ [name]: item });
      else own.add(item);
      return;
    }
    const partner = passed.at(-1);
    const waited = own.takeAll();
    const lonely = passed.slice(0, -1);
    this.#tellLonely(name === "before" ? waited : lonely, name === "before" ? lonely : waited);
    this.#pairs.push(
      name === "before" ? { before: item, after: partner } : { before: partner, after: item },
    );
  }

  end(name: SideName): void {
    this.#sides[name].isEnded = true;
    const { before, after } = this.#sides;
    if (before.isEnded && after.isEnded) this.#tellLonely(before.takeAll(), after.takeAll());
    else if (before.isEnded && before.length === 0) this.#tellLonely([], after.takeAll());
    else if (after.isEnded && after.length === 0) this.#tellLonely(before.takeAll(), []);
  }

  /** What was decided since the last call, in order. */
  take(): readonly Pair<T>[] {
    const pairs = this.#pairs;
    this.#pairs = [];
    return pairs;
  }

  #tellLonely(before: readonly T[], after: readonly T[]): void {
    for (const item of before) this.#pairs.push({ before: item });
    for (const item of after) this.#pairs.push({ after: item });
  }
}

/** Feeds both sides to the aligner, always the one that should go on. Ends them when it is left. */
export async function* alignBatches<T extends Keyed>(
  aligner: Aligner<T>,
  batches: { readonly [Side in SideName]: AsyncIterable<readonly T[]> },
): AsyncGenerator<readonly Pair<T>[]> {
  const iterators: { readonly [Side in SideName]: AsyncIterator<readonly T[], unknown> } = {
    before: batches.before[Symbol.asyncIterator](),
    after: batches.after[Symbol.asyncIterator](),
  };
  try {
    for (let side = aligner.next; side !== undefined; side = aligner.next) {
      const step = await iterators[side].next();
      if (step.done === true) aligner.end(side);
      else aligner.pushAll(side, step.value);
      yield aligner.take();
    }
  } finally {
    await iterators.before.return?.();
    await iterators.after.return?.();
  }
}
