/** Finds what belongs to a database. No text is put together for it, which a million look-ups would feel. */
export class DatabaseTable<T> {
  readonly #servers = new Map<string, Map<string, T>>();
  readonly #make: (database: DatabaseName) => T;

  constructor(make: (database: DatabaseName) => T) {
    this.#make = make;
  }

  /** Undefined where `get` was never asked for it. */
  tryGet({ server, database }: DatabaseName): T | undefined {
    return this.#servers.get(server)?.get(database);
  }

  get(name: DatabaseName): T {
    const { server, database } = name;
    let own = this.#servers.get(server);
    if (own === undefined) {
      own = new Map();
      this.#servers.set(server, own);
    }
    const known = own.get(database);
    if (known !== undefined) return known;
    const made = this.#make(name);
    own.set(database, made);
    return made;
  }

  /** By server, then by name (ordinal). */
  all(): readonly T[] {
    const ordinal = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
      a < b ? -1 : 1;
    return [...this.#servers]
      .sort(ordinal)
      .flatMap(([, own]) => [...own].sort(ordinal).map(([, each]) => each));
  }
}

interface DatabaseName {
  readonly server: string;
  readonly database: string;
}
