/** Finds what belongs to a database. No text is put together for it, which a million look-ups would feel. */
export class DatabaseTable<T> {
  readonly #servers = new Map<string, Map<string, T>>();
  readonly #make: (database: DatabaseName) => T;
  /** What was asked for last: the points of a database mostly come one after the other. */
  #last: Found<T> | undefined;

  constructor(make: (database: DatabaseName) => T) {
    this.#make = make;
  }

  /** Undefined where `get` was never asked for it. */
  tryGet({ server, database }: DatabaseName): T | undefined {
    const last = this.#last;
    if (last !== undefined && last.database === database && last.server === server) {
      return last.found;
    }
    const found = this.#servers.get(server)?.get(database);
    if (found !== undefined) this.#last = { server, database, found };
    return found;
  }

  get(name: DatabaseName): T {
    return this.tryGet(name) ?? this.#add(name);
  }

  #add(name: DatabaseName): T {
    const { server, database } = name;
    let own = this.#servers.get(server);
    if (own === undefined) {
      own = new Map();
      this.#servers.set(server, own);
    }
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

interface Found<T> extends DatabaseName {
  readonly found: T;
}

export interface DatabaseName {
  readonly server: string;
  readonly database: string;
}
