import { settleCopies } from "../../engine/database-copies.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { ArmError, parentNotFound, resourceNotFound } from "../arm-errors.ts";
import type { ArmCall } from "../route.ts";
import { HOST_TYPES, type SqlHost } from "../sql-host.ts";

/** The server or instance that a path names by `{subscription}`, `{group}` and `{host}`. Throws 404. */
export function requireHost(kind: SqlHost["kind"], { names, world }: ArmCall): SqlHost {
  const { subscription = "", group = "", host = "" } = names;
  const found = world.findHost(kind, {
    subscriptionId: subscription,
    resourceGroup: group,
    name: host,
  });
  if (found === undefined) {
    throw new ArmError(404, {
      code: "ResourceNotFound",
      message: `The Resource '${HOST_TYPES[kind]}/${host}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    });
  }
  settleCopies(found.engine);
  return found;
}

/** The parent of what a path names: its absence is another error than that of the resource itself. */
export function requireParent(kind: SqlHost["kind"], call: ArmCall): SqlHost {
  const { subscription = "", group = "", host = "" } = call.names;
  const name = { subscriptionId: subscription, resourceGroup: group, name: host };
  if (call.world.findHost(kind, name) === undefined) {
    throw parentNotFound(HOST_TYPES[kind], host, group);
  }
  return requireHost(kind, call);
}

/** Databases that the control plane shows: on a logical server master too, on an instance only those of users. */
export function shownDatabases(host: SqlHost): readonly StoredDatabase[] {
  const first = host.kind === "server" ? 1 : 5;
  return [...host.engine.server.databases.values()].filter(
    ({ databaseId }) => databaseId >= 5 || databaseId === first,
  );
}

export function findDatabase(host: SqlHost, name: string): StoredDatabase | undefined {
  const database = host.engine.server.findDatabase(name);
  return database !== undefined && shownDatabases(host).includes(database) ? database : undefined;
}

/** The database that a path names by `{database}`. Throws 404. */
export function requireDatabase(host: SqlHost, call: ArmCall): StoredDatabase {
  const { database = "" } = call.names;
  const found = findDatabase(host, database);
  if (found !== undefined) return found;
  throw resourceNotFound(`${HOST_TYPES[host.kind]}/databases`, database);
}
