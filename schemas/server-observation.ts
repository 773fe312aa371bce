import * as z from "zod/mini";
import { databaseState } from "./database-state.ts";

/*
 * What is compared when drift is looked for, and nothing that grows: no sizes, no counts. Lists are in a fixed order, so that
 * equal facts are equal text. Unknown members are left out when read: they come from a newer version.
 */

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
