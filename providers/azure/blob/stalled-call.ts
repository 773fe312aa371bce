/** Longer than Azure takes for a call by itself. */
const BASE_MS = 60_000;
/** Slower than this a connection is taken for dead: 64 KiB a second. */
const SLOWEST_BYTES_PER_MS = 64;
/** What a read of a whole blob may be: its size is told only by its answer. */
export const UNKNOWN_BYTES = 64 * 1024 * 1024;

/** Aborts when a call that moves so many bytes takes so long that its connection must be dead. */
export function patientDeadline(bytes: number): AbortSignal {
  return AbortSignal.timeout(BASE_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS));
}
