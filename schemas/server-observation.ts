import * as z from "zod/mini";
import { databaseState } from "./database-state.ts";

/*
 * What is compared when drift is looked for, and nothing that grows: no sizes, no counts. Lists are in a fixed order, so that
 * equal facts are equal text. Unknown members are left out when read: they come from a newer version.
 */

/** Change data capture, where recovery points rely on it. */
const capture = z.object({
  enabled: z.boolean(),
  identity: z.nullable(z.string()),
  continuous: z.nullable(z.boolean()),
  /** In milliseconds. */
  retention: z.nullable(z.number()),
  untrackedTables: z.array(z.string()),
  partlyTrackedTables: z.array(z.string()),
  /** Whether changes that no backup has are there no more. */
  isCut: z.boolean(),
});

/** What a database of Azure runs on. */
const tier = z.object({
  name: z.nullable(z.string()),
  tier: z.nullable(z.string()),
  objective: z.nullable(z.string()),
  pool: z.nullable(z.string()),
  maxBytes: z.nullable(z.number()),
});

/** Backups that Azure takes by itself. */
const azureRetention = z.object({
  days: z.number(),
  differentialHours: z.nullable(z.number()),
  weekly: z.nullable(z.string()),
  monthly: z.nullable(z.string()),
  yearly: z.nullable(z.string()),
  weekOfYear: z.nullable(z.number()),
});

/** By the tags of a copy that a backup made. */
const copy = z.object({
  run: z.string(),
  backupSet: z.string(),
  expires: z.string(),
  isLeftOver: z.boolean(),
});

const database = z.object({
  name: z.string(),
  databaseId: z.int(),
  state: databaseState,
  isSystem: z.boolean(),
  recoveryModel: z.enum(["full", "bulk_logged", "simple"]),
  snapshotIsolation: z.enum(["on", "off", "in_transition"]),
  createdAt: z.string(),
  familyGuid: z.nullable(z.string()),
  recoveryForkGuid: z.nullable(z.string()),
  rights: z.nullable(
    z.array(
      z.enum(["CONNECT", "SELECT", "VIEW DEFINITION", "UNMASK", "BACKUP DATABASE", "BACKUP LOG"]),
    ),
  ),
  // Absent where nobody asked, and from earlier versions.
  capture: z.optional(capture),
  tier: z.optional(tier),
  retention: z.optional(azureRetention),
  copy: z.optional(copy),
});

/** What an observation holds: what a server said of itself and of all its databases but tempdb. */
export const observedFactsSchema = z.object({
  /** Raised with every change that an older reader cannot take. */
  format: z.literal(1),
  name: z.string(),
  version: z.string(),
  edition: z.string(),
  login: z.string(),
  rights: z.nullable(z.array(z.enum(["VIEW ANY DATABASE", "CREATE ANY DATABASE"]))),
  databases: z.array(database),
});

export type ObservedFacts = z.infer<typeof observedFactsSchema>;
