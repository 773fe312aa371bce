/**
 * Writes stretches in order, each while the next one is made. Bytes must stay as they are until the one after the next is asked
 * for. Nothing is being written any more when it resolves or rejects.
 */
export async function writeStretches(
  stretches: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  let writing = Promise.resolve();
  try {
    for await (const bytes of stretches) {
      await writing;
      writing = write(bytes);
      writing.catch(() => undefined);
    }
  } finally {
    await writing.catch(() => undefined);
  }
  await writing;
}
