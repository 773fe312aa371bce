/** What is counted, and how much of it there is; null where nobody knows before the end. */
export interface Amount {
  readonly unit: "bytes" | "points";
  readonly total: number | null;
  /** What is worked on now: a file's path. */
  readonly item?: string | undefined;
}

/** Is told how far something long has come. Returns at once and never throws. */
export interface Watch<Step extends string> {
  /** Another step begins, and the one before it ends. Without an amount nothing is counted. */
  begin(step: Step, amount?: Amount): void;
  /** So much more of the step is done. */
  add(count: number): void;
}
