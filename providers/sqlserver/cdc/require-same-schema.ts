import type { Abortable } from "../../../core/kit/abortable.ts";
import { schemaChanged } from "../capture/capture-failures.ts";
import { listChanges } from "../capture/captured-schema.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import { readCaptureFacts, sourcesOf } from "./capture-facts.ts";
import type { LiveConnection } from "./live-connection.ts";
import type { ReadSchema } from "./read-schema.ts";

/** What is read, as it was when the reading began. */
export interface ReadDatabase {
  readonly database: string;
  readonly schema: ReadSchema;
  /** `sourcesOf` the capture. */
  readonly sources: string;
}

/** Throws SCHEMA_CHANGED_DURING_BACKUP. */
export async function requireSameSchema(
  live: LiveConnection,
  { database, schema, sources }: ReadDatabase,
  options?: Abortable,
): Promise<void> {
  const connection = await live.open(options);
  const { target } = connection.place;
  const now = describeSchema(
    await readCatalog(connection, { signal: options?.signal }),
    NO_POSITIONS,
  );
  if (!Buffer.from(encodeSchema(now)).equals(schema.fingerprint)) {
    throw schemaChanged(target, database, listChanges(schema.document, now));
  }
  if (sourcesOf(await readCaptureFacts(connection, options)) === sources) return;
  throw schemaChanged(target, database, ["captured tables were made anew or changed their names"]);
}
