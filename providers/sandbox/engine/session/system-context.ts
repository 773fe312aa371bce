import type { Database } from "../../storage/database.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { DATETIME_UNITS_PER_DAY, DAY_1900, TICKS_PER_DAY } from "../../values/calendar.ts";
import type { SystemContext } from "../system-registry.ts";
import type { Activation } from "./activation.ts";
import { findTemporary } from "./name-resolution.ts";
import {
  columnRulesOf,
  hasPermission,
  hasServerPermission,
  isDatabaseMember,
  isServerMember,
  userIdIn,
} from "./rights.ts";

/** Now, as a value of type datetime. */
export function datetimeNow(ticks: bigint): number {
  const days = Number(ticks / BigInt(TICKS_PER_DAY));
  const rest = Number(ticks % BigInt(TICKS_PER_DAY));
  const units = Math.round((rest * DATETIME_UNITS_PER_DAY) / TICKS_PER_DAY);
  return (days - DAY_1900) * DATETIME_UNITS_PER_DAY + units;
}

export function systemContext(database: StoredDatabase, activation: Activation): SystemContext {
  const { core } = activation;
  const stored = (wanted: Database): StoredDatabase => core.server.database(wanted.databaseId);
  const context: SystemContext = {
    server: core.server,
    session: core,
    database,
    settings: core.settings,
    now: datetimeNow(core.parts.now()),
    get userId() {
      return userIdIn(database, core);
    },
    isServerRoleMember: (role) => isServerMember(core, role),
    isDatabaseRoleMember: (role) => isDatabaseMember(database, core, role),
    hasPermission: (permission, objectId) =>
      hasPermission(permission, stored(database), {
        core,
        object: objectId === 0 ? undefined : database.catalog.objects.get(objectId),
      }),
    hasServerPermission: (permission) => hasServerPermission(core, permission),
    hasPermissionIn: (other, permission) =>
      hasPermission(permission, stored(other), { core, object: undefined }),
    canSee: (objectId) => canSee(database, activation, objectId),
    canEnter: (other) => userIdIn(stored(other), core) !== undefined,
    temporaryTable: (name) => findTemporary(name, activation)?.object.objectId,
    module: activation.module?.object,
  };
  return context;
}

const ANY_OF = [
  "VIEW DEFINITION",
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "EXECUTE",
  "REFERENCES",
  "ALTER",
];

function canSee(database: StoredDatabase, { core }: Activation, objectId: number): boolean {
  const userId = userIdIn(database, core);
  if (userId === undefined) return false;
  if (userId === 1) return true;
  const object = database.catalog.objects.get(objectId);
  const subject =
    object !== undefined && object.parentId !== 0
      ? database.catalog.objects.get(object.parentId)
      : object;
  return ANY_OF.some(
    (permission) =>
      hasPermission(permission, database, { core, object: subject }) ||
      (subject !== undefined &&
        columnRulesOf(permission, { database, object: subject }, core).some(
          ({ state }) => state !== "DENY",
        )),
  );
}
