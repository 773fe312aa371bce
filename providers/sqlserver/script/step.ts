/** Something to do on the server: batches that run one after the other on one connection. */
export interface Step {
  /** For messages: `table dbo.Orders`. */
  readonly what: string;
  readonly batches: readonly string[];
  /** Runs instead when the server refuses with one of these errors. */
  readonly instead?:
    | { readonly errors: readonly number[]; readonly batches: readonly string[] }
    | undefined;
}

/** Steps that belong together. `order: "any"`: one may need another, so refused steps are tried again after the rest. */
export interface Stage {
  readonly order: "given" | "any";
  readonly steps: readonly Step[];
}

export function step(what: string, ...batches: readonly string[]): Step {
  return { what, batches };
}
