/**
 * Gives the memory of bytes that nobody reads any more back at once. What is left to the collector counts as pressure on V8's
 * heap, which then marks all of it every few segments: a third of the time of a restore. The caller must have got them for
 * itself alone, from a call that makes them anew.
 */
export function releaseBytes({ buffer }: Uint8Array): void {
  // Small ones may lie in the pool that Node keeps for all of them.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
