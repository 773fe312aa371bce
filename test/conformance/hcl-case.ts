/** A case of the conformance data: an expression or input, and what the reference answers. */
export interface HclCase {
  readonly id?: string;
  readonly name?: string;
  readonly line?: number;
  readonly function?: string;
  /** In the list of functions: how many parameters the function `name` declares. */
  readonly params?: number;
  /** An expression; in template files a template. */
  readonly expr?: string;
  /** A whole file. */
  readonly input?: string;
  readonly result?: unknown;
  readonly type?: unknown;
  readonly diagCount?: number;
  readonly wantSummary?: string;
  readonly wantDetail?: string;
  readonly diagnostics?: readonly unknown[];
  readonly want?: string;
  readonly variables?: Readonly<
    Record<string, { readonly type: unknown; readonly value: unknown }>
  >;
  readonly functions?: Readonly<Record<string, string>>;
  readonly needs_files?: boolean;
  /** The instant of the plan where it is a text; else that of the reference's own tests. */
  readonly needs_plan_timestamp?: boolean | string;
  readonly converted_to?: unknown;
  /** The result is packed: compare what it holds. */
  readonly compressor_dependent?: boolean;
}

/** What running a case gave. */
export type CaseOutcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly why: string };

export function titleOf(one: HclCase): string {
  const name = one.id ?? one.name ?? (one.line === undefined ? "" : `line ${one.line}`);
  return `${name} ${JSON.stringify(one.expr ?? one.input ?? "")}`.trim();
}
