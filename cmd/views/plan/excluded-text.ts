import type { Plan } from "../../../core/plan/plan.ts";
import { EXCLUDED } from "../../../core/resource/excluded.ts";

/** What no point of a new backup set will have, said once. */
export function formatExcluded({ changes }: Pick<Plan, "changes">): readonly string[] {
  const sets = changes.filter(({ type, action }) => type === "backup_set" && action === "create");
  if (sets.length === 0) return [];
  const hasSystem = sets.every(({ after }) => takesSystem(after?.["databases"]));
  const names = EXCLUDED.filter(({ kind }) => !(hasSystem && kind === "system_databases")).map(
    ({ name }) => name,
  );
  return [`Recovery points hold databases. Not in them: ${names.join(", ")}.`];
}

function takesSystem(databases: unknown): boolean {
  return (
    typeof databases === "object" &&
    databases !== null &&
    "system" in databases &&
    databases.system === true
  );
}
