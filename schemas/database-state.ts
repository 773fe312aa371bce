import * as z from "zod/mini";

/** As `sys.databases.state_desc` has it, in small letters; `unknown` is what a later version may add. */
export const databaseState = z.enum([
  "online",
  "restoring",
  "recovering",
  "recovery_pending",
  "suspect",
  "emergency",
  "offline",
  "copying",
  "offline_secondary",
  "unknown",
]);
