/** What a function does, a call of it, and what the call gives, as JSON. A call without result cannot be foretold. */
export type FunctionText = readonly [text: string, call: string, result?: string];

/** Functions that belong together on the page. */
export interface FunctionGroup {
  readonly title: string;
  readonly functions: Readonly<Record<string, FunctionText>>;
}
