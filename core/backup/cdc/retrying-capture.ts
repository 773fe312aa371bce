import type { ChangeCapture, ChangeReading } from "../../resource/change-capture.ts";
import type { DatabaseCapture } from "../../resource/database-capture.ts";

type Again = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The same capture, whose looks at the server are taken again while they fail with what passes. Rows and changes are not:
 * whoever copies them knows where to begin anew. Neither is what changes something, but for the clean-up.
 */
export function retryingCapture(capture: ChangeCapture, again: Again): ChangeCapture {
  return {
    state: (options) => again(() => capture.state(options)),
    remedy: (...given) => again(() => capture.remedy(...given)),
    enable: (...given) => capture.enable(...given),
    disable: (options) => capture.disable(options),
    progress: (options) => again(() => capture.progress(options)),
    openScan: async (options) => retryingScan(await again(() => capture.openScan(options)), again),
    openChanges: async (...given) =>
      retryingReading(await again(() => capture.openChanges(...given)), again),
    sameSchema: (before, after) => capture.sameSchema(before, after),
    cleanUp: (...given) => again(() => capture.cleanUp(...given)),
    [Symbol.asyncDispose]: () => capture[Symbol.asyncDispose](),
  };
}

function retryingScan(scan: DatabaseCapture, again: Again): DatabaseCapture {
  const { schema, inventory, tables, notes, atOnce } = scan;
  return {
    schema,
    inventory,
    tables,
    notes,
    atOnce,
    rows: (...given) => scan.rows(...given),
    complete: (options) => again(() => scan.complete(options)),
    [Symbol.asyncDispose]: () => scan[Symbol.asyncDispose](),
  };
}

function retryingReading(reading: ChangeReading, again: Again): ChangeReading {
  const { schema, sources, lastAltered, inventory, tables, whole, hasNewDefinitions, notes } =
    reading;
  return {
    schema,
    sources,
    lastAltered,
    inventory,
    tables,
    whole,
    hasNewDefinitions,
    notes,
    changes: (...given) => reading.changes(...given),
    alteredSince: (moment) => reading.alteredSince(moment),
    rows: (...given) => reading.rows(...given),
    changedAfter: (...given) => again(() => reading.changedAfter(...given)),
    commits: (options) => reading.commits(options),
    complete: (options) => again(() => reading.complete(options)),
    [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
  };
}
