import * as z from "zod/mini";

const time = z.iso.datetime();
const revision = z.string().check(z.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/));
const count = z.int().check(z.nonnegative());

const waiting = z.strictObject({
  file: z.string(),
  losses: z.array(
    z.strictObject({
      kind: z.enum(["removal", "purge", "expiry", "coverage", "retention", "protection"]),
      address: z.string(),
      text: z.string(),
    }),
  ),
  approvals: z.strictObject({ needed: count, have: count, open: count }),
});

/** What `sync -json` prints a line of, and `.holdfast/sync/status.json` holds. */
export const syncStatusSchema = z.strictObject({
  type: z.literal("sync_status"),
  format_version: z.literal("1.0"),
  state: z.enum(["in_sync", "applied", "waiting", "failed", "unreachable"]),
  at: time,
  branch: z.string(),
  /** The newest commit of the branch; null while it was never reached. */
  revision: z.nullable(revision),
  /** The lineage of the catalog that knows what was applied; null while nothing was. */
  catalog: z.nullable(z.string()),
  /** The branch was rewritten since the pass before. */
  rewritten: z.boolean(),
  /** The last revision whose plan was carried out, or needed nothing. */
  applied: z.nullable(z.strictObject({ revision, at: time })),
  /** Of the plan of this revision. */
  summary: z.strictObject({ add: count, change: count, destroy: count }),
  waiting: z.nullable(waiting),
  diagnostics: z.array(z.looseObject({ code: z.string(), severity: z.string() })),
});

export type SyncStatusJson = z.infer<typeof syncStatusSchema>;
