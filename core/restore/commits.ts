import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";

/** Ten bytes of log sequence number, eight of milliseconds since 1970 (UTC), the highest first. */
const ENTRY = 18;
const LSN = 10;

/**
 * The newest commit at or before a moment among the commits of one point, as 20 hex digits; `after`, which comes before
 * all of them, where there is none. Null where all of them are, so that the moment is like the end of the point. They come
 * in the order of their numbers; clocks of servers may be set back, so the last one counts from which on all before it had
 * happened, too. VAULT_CORRUPTED where the bytes are no commits.
 */
export async function newestCommit(
  bytes: AsyncIterable<Uint8Array>,
  at: Instant,
  after: string,
): Promise<string | null> {
  let found = after;
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk]);
    let from = 0;
    for (; from + ENTRY <= all.length; from += ENTRY) {
      if (Number(all.readBigUInt64BE(from + LSN)) > at) return found;
      found = all.toString("hex", from, from + LSN);
    }
    rest = Uint8Array.from(all.subarray(from));
  }
  if (rest.length === 0) return null;
  throw failure({
    code: "VAULT_CORRUPTED",
    summary: "Commits cut off",
    detail:
      "The commits of this recovery point do not end where one ends. This is a bug; restore the recovery point itself, which needs no commits.",
  });
}
