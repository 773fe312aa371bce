import type { DriftKind } from "../drift.ts";
import type { ComparedDatabase } from "../subject.ts";
import { AZURE_KINDS } from "./azure-kinds.ts";
import { CAPTURE_KINDS } from "./capture-kinds.ts";
import { IDENTITY_KINDS } from "./identity-kinds.ts";
import { PRESENCE_KINDS } from "./presence-kinds.ts";
import { RIGHTS_KINDS } from "./rights-kinds.ts";
import { SETTING_KINDS } from "./setting-kinds.ts";

/** What may change about a database. */
export const DATABASE_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  ...PRESENCE_KINDS,
  ...IDENTITY_KINDS,
  ...SETTING_KINDS,
  ...RIGHTS_KINDS,
  ...CAPTURE_KINDS,
  ...AZURE_KINDS,
];
