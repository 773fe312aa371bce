import type { Abortable } from "../../../core/kit/abortable.ts";
import type { DatabaseCapture } from "../../../core/resource/database-capture.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { LiveConnection } from "../cdc/live-connection.ts";
import { UnbrokenReading } from "../cdc/unbroken-reading.ts";
import { captureOf } from "./database-reading.ts";
import { seeDatabase } from "./open-capture.ts";

/**
 * Of a database to which nobody writes, as a copy that was made to be read: any connection reads the same, now and after
 * another one was lost. It needs no transaction and no snapshot isolation.
 */
export async function openStillCapture(
  target: ServerTarget,
  options: Abortable & { readonly database: string },
): Promise<DatabaseCapture> {
  await using stack = new AsyncDisposableStack();
  const live = stack.use(new LiveConnection(target, options.database));
  const captured = await seeDatabase(await live.open(options), options);
  stack.move();
  const requireSame = async (own?: Abortable): Promise<void> =>
    captured.requireSame(await live.open(own), own);
  return captureOf(captured, new UnbrokenReading(live, captured, requireSame));
}
