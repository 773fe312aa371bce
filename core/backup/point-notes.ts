/** So many are kept, and so many characters of each: a database may have thousands of things that are not taken. */
const MOST = 20;
const LONGEST = 600;

/**
 * What there is to say of one point while it is made, kept with it: why it is fuzzy, what is not in it. Sentences of ours with
 * names of tables and the like; no values of rows and no secret ever comes here.
 */
export class PointNotes {
  readonly #texts = new Set<string>();

  add(text: string): void {
    this.#texts.add(cut(text));
  }

  /** In the order in which they came, each once; undefined where there is none. */
  get kept(): readonly string[] | undefined {
    const all = [...this.#texts];
    if (all.length === 0) return undefined;
    if (all.length <= MOST) return all;
    return [...all.slice(0, MOST - 1), `And ${all.length - MOST + 1} more, which are not kept.`];
  }
}

/** Half a character is none. */
function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 2).replace(/[\uD800-\uDBFF]$/, "")} …`;
}
