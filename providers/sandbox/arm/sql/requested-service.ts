import type { DatabaseService } from "../../storage/service-objectives.ts";
import { resourceNotFound } from "../arm-errors.ts";
import type { JsonBody } from "../json-body.ts";
import type { SqlHost } from "../sql-host.ts";
import { defaultService, serviceInPool, serviceOf } from "./database-sku.ts";

/** The tier that a body asks for: a pool, a sku, or else the given one. Throws 400 for an unknown sku, 404 for an unknown pool. */
export function requestedService(
  host: SqlHost,
  body: JsonBody,
  otherwise: DatabaseService = defaultService(),
): DatabaseService {
  const poolId = body.part("properties").text("elasticPoolId");
  if (poolId !== undefined) {
    const name = poolId.split("/").at(-1) ?? "";
    const pool = host.engine.server.elasticPools.get(name.toLowerCase());
    if (pool === undefined) throw resourceNotFound("Microsoft.Sql/servers/elasticPools", name);
    return serviceInPool(pool, otherwise.maxSize);
  }
  if (!body.has("sku")) return otherwise;
  const sku = body.part("sku");
  return serviceOf({
    name: sku.text("name"),
    tier: sku.text("tier"),
    capacity: sku.number("capacity"),
  });
}
