import { areAlike, filledFrom, type Image } from "./image.ts";

/** What stood at a key before its first change: a row, none (null), or what only the rows before can tell (undefined). */
export type Former = Image | null | undefined;

/** What stands at a key after its last change. */
export type Fate =
  | { readonly kind: "row"; readonly image: Image }
  | { readonly kind: "none" }
  /** That row, if there was one before the first change. */
  | { readonly kind: "row_if_before"; readonly image: Image };

interface Departure {
  readonly image: Image;
  /** What came to the key right before, in the same commit. */
  readonly after: Image | undefined;
}

/** What changes of one key come to, one after the other. */
export class KeyHistory {
  /** Numbers of the columns that every image tells, beside the key. */
  readonly #told: readonly number[];
  #events = 0;
  #former: Former;
  /** Of the second change, where it and the first may stand the wrong way round. */
  #doubt: Image | undefined;
  #commit = "";
  /** Arrivals less departures: of this commit, of the last one before with another result than 0, of all. */
  #net = 0;
  #earlierNet = 0;
  #total = 0;
  /** The last change, where it was an arrival. */
  #arrival: Image | undefined;
  #departure: Departure | undefined;
  #newest: Image | undefined;

  constructor(told: readonly number[]) {
    this.#told = told;
  }

  /** Of the images that it holds, about. */
  get weight(): number {
    const held = [this.#former, this.#doubt, this.#newest, this.#departure?.image];
    return held.reduce((sum, image) => sum + (image?.weight ?? 0), 0);
  }

  /** Some image of a row with this key. */
  get sample(): Image {
    const image = this.#newest ?? this.#departure?.image ?? this.#former;
    if (image === undefined || image === null) throw new RangeError("no image. This is a bug.");
    return image;
  }

  arrive(image: Image, commit: string): void {
    this.#begin(commit);
    if (this.#events === 1) this.#former = null;
    this.#step(1);
    this.#stand(image);
    this.#arrival = image;
  }

  /** `before`: as it was, if that is told. */
  update(image: Image, before: Former, commit: string): void {
    this.#begin(commit);
    if (this.#events === 1) this.#former = before;
    this.#stand(filledFrom(image, this.#newest?.cells()));
    this.#arrival = undefined;
  }

  leave(image: Image, commit: string): void {
    const after = commit === this.#commit ? this.#arrival : undefined;
    this.#begin(commit);
    if (this.#events === 1) this.#former = image;
    else if (this.#events === 2 && after !== undefined) this.#doubtFirst(image, after);
    this.#step(-1);
    this.#departure = { image, after };
    this.#arrival = undefined;
  }

  #begin(commit: string): void {
    this.#events += 1;
    if (commit === this.#commit) return;
    if (this.#net !== 0) this.#earlierNet = this.#net;
    this.#net = 0;
    this.#commit = commit;
  }

  #step(by: 1 | -1): void {
    this.#net += by;
    this.#total += by;
  }

  #stand(image: Image): void {
    this.#newest = image;
    this.#departure = undefined;
  }

  #doubtFirst(left: Image, came: Image): void {
    this.#former = areAlike(left, came, this.#told) ? undefined : left;
    if (this.#former === undefined) this.#doubt = left;
  }

  /**
   * A statement that moves rows from key to key (SET k = k + 1) may be told row by row, so that a row comes to a key before
   * another one leaves it: then it is there though the last change is a departure. Where what left is not what came, that is
   * certain. Of rows that are alike, counting tells: a commit with more arrivals than departures leaves a row, one with fewer
   * none, and any other leaves the key as it was. A restore decides the same (providers/sqlserver/restore/replay-order.ts).
   */
  fate(): Fate {
    const departure = this.#departure;
    if (departure === undefined) return { kind: "row", image: this.sample };
    const { image, after } = departure;
    if (after === undefined) return { kind: "none" };
    if (!areAlike(image, after, this.#told)) return { kind: "row", image: after };
    const net = this.#net === 0 ? this.#earlierNet : this.#net;
    if (net !== 0) return net > 0 ? { kind: "row", image: after } : { kind: "none" };
    if (this.#doubt === undefined && this.#former !== null) return { kind: "row", image: after };
    return { kind: "row_if_before", image: after };
  }

  former(): Former {
    if (this.#doubt === undefined) return this.#former;
    const fate = this.fate();
    if (fate.kind === "row_if_before") return undefined;
    const wasThere = (fate.kind === "row" ? 1 : 0) - this.#total === 1;
    return wasThere ? this.#doubt : null;
  }
}
