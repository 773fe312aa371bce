/** Ends early when the signal aborts, with its reason. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}
