import * as z from "zod/mini";

const time = z.int().check(z.nonnegative());
const count = z.int().check(z.nonnegative());

const lsn = z.string().check(z.regex(/^\d{1,25}$/));

/** Where a backup set stands in the log of its database: `LogPlace` of core/kit. */
const placeSchema = z.strictObject({
  set: z.string(),
  first_lsn: lsn,
  last_lsn: lsn,
  checkpoint_lsn: lsn,
  newest: time,
  fork: z.nullable(z.string()),
  base: z.nullable(z.strictObject({ set: z.string(), lsn })),
  current_full: z.nullable(z.string()),
  damaged: z.boolean(),
});

const hexLsn = z.string().check(z.regex(/^[0-9a-f]{20}$/));

/** Where a point stands among the changes of its database: `ChangePlace` of core/kit. */
const changesSchema = z.strictObject({
  identity: z.string(),
  enabled_by: z.enum(["engine", "human"]),
  after: hexLsn,
  reached: hexLsn,
  reached_at: time,
});

/** What a recovery point is, without its bytes. Times are milliseconds since 1970. */
const factsSchema = z.strictObject({
  backup_set: z.string(),
  server: z.string(),
  database: z.string(),
  type: z.enum(["full", "differential", "log", "cdc", "tail"]),
  method: z.enum(["snapshot", "cdc", "isolated_copy", "native", "files"]),
  trigger: z.enum(["manual", "schedule", "replace"]),
  consistency: z.enum(["transactional", "fuzzy"]),
  started_at: time,
  created_at: time,
  base: z.nullable(z.string()),
  converted_from: z.nullable(z.string()),
  conversion_reason: z.nullable(z.string()),
  /** Of native backups whose headers could be read. */
  place: z.optional(placeSchema),
  /** Of method cdc; format 3. */
  changes: z.optional(changesSchema),
  /** Format 5. */
  notes: z.optional(z.array(z.string())),
});

/** One object of a point. `root` is null when the object has no chunk; `depth` 0 means that the root is the only chunk; `entries` is there for listings of extents (format 2) and of groups that are put together (format 4). */
const objectSchema = z.strictObject({
  path: z.string(),
  kind: z.enum(["schema", "rows", "stream", "changes", "commits", "certificate"]),
  attributes: z.record(z.string(), z.union([z.string(), z.number()])),
  chunks: count,
  bytes: count,
  root: z.nullable(
    z.strictObject({
      id: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      length: z.int().check(z.minimum(1)),
      depth: count,
      entries: z.optional(z.enum(["extents", "groups"])),
    }),
  ),
});

/** The manifest of a recovery point, formats 1 to 5 (docs/format/vault.md). */
export const manifestSchema = z.strictObject({
  format: z.literal([1, 2, 3, 4, 5]),
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  facts: factsSchema,
  /** Bytes of all objects before deduplication and compression. */
  bytes_read: count,
  /** Bytes of the packs and indexes that the point added. */
  bytes_stored: count,
  /** New chunks of objects, before compression and as they lie in packs. Not in manifests from before it was counted. */
  added: z.optional(z.strictObject({ raw: count, stored: count })),
  objects: z.array(objectSchema),
});

export type ManifestDocument = z.infer<typeof manifestSchema>;
