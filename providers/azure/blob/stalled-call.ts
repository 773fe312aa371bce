/** Longer than Azure takes for a call by itself. */
const BASE_MS = 60_000;
/** Slower than this a connection is taken for dead: 64 KiB a second. */
const SLOWEST_BYTES_PER_MS = 64;
/** What a read of a whole blob may be: its size is told only by its answer. */
const UNKNOWN_BYTES = 64 * 1024 * 1024;

/** Aborts with the caller's signal, or when a call that moves so many bytes takes so long that its connection must be dead. */
export function patientSignal(bytes: number, signal: AbortSignal | undefined): AbortSignal {
  const moved = bytes === 0 ? UNKNOWN_BYTES : bytes;
  const deadline = AbortSignal.timeout(BASE_MS + Math.ceil(moved / SLOWEST_BYTES_PER_MS));
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}
