/**
 * Writes stretches while the next ones are made, `lent` at a time, the most that may be in use when one more is asked for: a disk
 * then has its next write before this thread hears of the end of the last. `write` is called in their order. Nothing is being
 * written any more when it resolves or rejects.
 */
export async function writeStretches(
  { stretches, lent }: { readonly stretches: AsyncIterable<Uint8Array>; readonly lent: number },
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const writing: Promise<void>[] = [];
  try {
    for await (const bytes of stretches) {
      if (writing.length === lent) await writing.shift();
      const one = write(bytes);
      one.catch(() => undefined);
      writing.push(one);
    }
  } finally {
    await Promise.allSettled(writing);
  }
  await Promise.all(writing);
}
