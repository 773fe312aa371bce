import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { ObservedServer } from "./observed.ts";

const MANY = 5;

const CAPTURE_CODES = ["CDC_PERMISSION_MISSING", "CDC_WILL_BE_ENABLED"] as const;

interface CaptureFacts {
  readonly set: ResourceAttributes<"backup_set">;
  readonly policy: ResourceAttributes<"policy">;
  readonly server: ObservedServer | undefined;
  /** Whether drift says the same of a database. */
  readonly isTold: (code: Code, database: string) => boolean;
}

/** What the first backups by the method cdc do to databases without change data capture, or cannot do. */
export function captureWarnings({
  set,
  policy,
  server,
  isTold,
}: CaptureFacts): readonly Pick<Diagnostic, "code" | "summary" | "detail">[] {
  if (policy.method !== "cdc" || server?.status !== "observed") return [];
  const without = selectDatabases(server.databases, set.databases)
    .filter(({ isSystem, state }) => !isSystem && state === "online")
    .filter(({ capturesChanges }) => capturesChanges === false)
    .filter(({ name }) => !CAPTURE_CODES.some((code) => isTold(code, name)))
    .map(({ name }) => `[${name.replaceAll("]", "]]")}]`);
  if (without.length === 0) return [];
  const shown = without.slice(0, MANY).join(", ");
  const names = without.length > MANY ? `${shown} and ${without.length - MANY} more` : shown;
  const off = `Change data capture is off in ${names} of ${set.server}, and the policy ${set.policy} takes backups by it.`;
  if (server.facts.isSysadmin === false) {
    return [
      {
        code: "CDC_PERMISSION_MISSING",
        summary: "Change data capture is off, and may not be enabled",
        detail: `${off} Only members of sysadmin may enable it, and the login ${server.facts.login} is none, so every backup of them will fail. Add the login to the role, or let somebody enable capture in each database and for all of its tables:\n\n    EXEC sys.sp_cdc_enable_db;`,
      },
    ];
  }
  return [
    {
      code: "CDC_WILL_BE_ENABLED",
      summary: "Change data capture will be enabled",
      detail: `${off} Their first backup enables it, for each database and all of its tables: from then on the server writes every change to a change table, too, and keeps it for ${policy.cdc?.cdc_profile.retention ?? "3d"}. To decide about it yourself, enable it beforehand: Holdfast never changes what a person enabled.`,
    },
  ];
}
