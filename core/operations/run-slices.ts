/**
 * Walks work that is cut into slices, and lets timers and signals through between two of them. Rejects with the signal's
 * reason once it is aborted; the work is then dropped.
 */
export async function runSlices<Result>(
  slices: Generator<void, Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    signal.throwIfAborted();
    const slice = slices.next();
    if (slice.done === true) return slice.value;
    await letOthersThrough();
  }
}

/** Resolves after whatever else waits, such as a signal, had its turn. */
export function letOthersThrough(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
