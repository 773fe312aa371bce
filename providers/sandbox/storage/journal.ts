/**
 * Takes the way back of a change that was just made. A rollback runs the ways back in reverse order;
 * a commit forgets them.
 */
export type Journal = (undo: () => void) => void;

/** Told of every change of a map, of those that take others back too. */
export type ChangeListener<Value> = (before: Value | undefined, after: Value | undefined) => void;

/** A map whose changes can be taken back. Values are immutable records: a change puts a new one. */
export class JournaledMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #changed: ChangeListener<Value>;

  constructor(changed: ChangeListener<Value> = () => undefined) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  values(): MapIterator<Value> {
    return this.#entries.values();
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#entries.entries();
  }

  set(key: Key, value: Value, journal: Journal): void {
    this.#put(key, value, journal);
  }

  delete(key: Key, journal: Journal): void {
    if (this.#entries.has(key)) this.#put(key, undefined, journal);
  }

  #put(key: Key, value: Value | undefined, journal: Journal): void {
    const before = this.#entries.get(key);
    this.#replace(key, value);
    journal(() => {
      this.#replace(key, before);
    });
  }

  #replace(key: Key, value: Value | undefined): void {
    const before = this.#entries.get(key);
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, value);
    this.#changed(before, value);
  }
}

/** For changes that nothing takes back: the start of the server, the read of a data folder. */
export const noJournal: Journal = () => undefined;
