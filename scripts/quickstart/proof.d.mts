/** How many rows, and one sum over all values of all of them. */
export interface Sum {
  readonly rows: number;
  readonly sum: string;
}

/** What a database held at one instant. */
export interface Reading {
  readonly tables: ReadonlyMap<string, Sum>;
  readonly definitions: Sum;
}

export interface Readings {
  readonly first: Reading;
  readonly now: Reading;
  readonly restored: Reading;
}

export class RowSum {
  add(values: readonly unknown[]): void;
  finish(): Sum;
}

export function prove(readings: Readings): void;
