import type { CaptureInstance } from "../../storage/change-capture.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { columnRulesOf, hasPermission, isDatabaseMember } from "../session/rights.ts";
import type { SessionCore } from "../session/session-core.ts";

/** db_owner, or whoever may read all captured columns of the source and is in the gating role, where there is one. */
export function mayReadInstance(
  instance: CaptureInstance,
  database: StoredDatabase,
  core: SessionCore,
): boolean {
  if (isDatabaseMember(database, core, "db_owner")) return true;
  const { roleName } = instance;
  if (roleName !== undefined && !isDatabaseMember(database, core, roleName)) return false;
  const object = database.catalog.objects.get(instance.sourceId);
  if (object === undefined) return false;
  const rules = columnRulesOf("SELECT", { database, object }, core);
  const isWhole = hasPermission("SELECT", database, { core, object });
  return instance.columns.every(({ columnId }) => {
    const own = rules.filter(({ minorId }) => minorId === columnId);
    if (own.some(({ state }) => state === "DENY")) return false;
    return isWhole || own.length > 0;
  });
}
