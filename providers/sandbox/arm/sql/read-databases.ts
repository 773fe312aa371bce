import { ok } from "../exchange.ts";
import { pageOf } from "../paging.ts";
import type { Route } from "../route.ts";
import { describeDatabaseResource } from "./database-body.ts";
import { requireDatabase, requireHost, requireParent, shownDatabases } from "./find-resource.ts";

export const SERVER =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Sql/servers/{host}";
export const DATABASE = `${SERVER}/databases/{database}`;

/** Databases_Get and Databases_ListByServer (learn.microsoft.com: rest/api/sql/databases). */
export const DATABASE_READS: readonly Route[] = [
  {
    method: "GET",
    pattern: DATABASE,
    action: "Microsoft.Sql/servers/databases/read",
    handle(call) {
      const host = requireParent("server", call);
      return ok(describeDatabaseResource(call.world, host, requireDatabase(host, call)));
    },
  },
  {
    method: "GET",
    pattern: `${SERVER}/databases`,
    action: "Microsoft.Sql/servers/databases/read",
    handle(call) {
      const host = requireHost("server", call);
      const databases = shownDatabases(host).map((database) =>
        describeDatabaseResource(call.world, host, database),
      );
      return pageOf(databases, call);
    },
  },
  {
    method: "GET",
    pattern: `${SERVER}/elasticPools/{pool}/databases`,
    action: "Microsoft.Sql/servers/elasticPools/databases/read",
    handle(call) {
      const host = requireHost("server", call);
      const pool = call.names["pool"]?.toLowerCase();
      const members = shownDatabases(host).filter(
        ({ options }) => options.service?.pool?.toLowerCase() === pool,
      );
      return pageOf(
        members.map((database) => describeDatabaseResource(call.world, host, database)),
        call,
      );
    },
  },
];
