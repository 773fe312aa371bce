import type { ElasticPool } from "../../storage/service-objectives.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import { invalidRequest, resourceNotFound } from "../arm-errors.ts";
import { ok } from "../exchange.ts";
import { type JsonBody, readBody } from "../json-body.ts";
import { pageOf } from "../paging.ts";
import type { ArmCall, Route } from "../route.ts";
import { hostId, type SqlHost } from "../sql-host.ts";
import { requireHost, requireParent } from "./find-resource.ts";
import { SERVER } from "./read-databases.ts";
import { startOperation } from "./start-operation.ts";

const POOL = `${SERVER}/elasticPools/{pool}`;
const TYPE = "Microsoft.Sql/servers/elasticPools";
const GB = 2 ** 30;

/** An elastic pool (Microsoft.Sql, stable/2023-08-01: ElasticPoolListByServer). */
function describePool(host: SqlHost, { name, edition, capacity, unit }: ElasticPool): unknown {
  const sku =
    unit === "dtu"
      ? { name: `${edition}Pool`, tier: edition, capacity }
      : { name: VCORE_NAMES[edition], tier: edition, family: "Gen5", capacity };
  return {
    id: `${hostId(host)}/elasticPools/${name}`,
    name,
    type: TYPE,
    location: host.location,
    kind: null,
    sku,
    properties: {
      creationDate: new Date(timeOfDatetime(host.engine.server.startTime)).toISOString(),
      state: "Ready",
      maxSizeBytes: 32 * GB,
      perDatabaseSettings: { minCapacity: 0, maxCapacity: capacity },
      ...(unit === "dtu" ? {} : { zoneRedundant: false, licenseType: "LicenseIncluded" }),
    },
  };
}

const VCORE_NAMES: Readonly<Record<string, string>> = {
  GeneralPurpose: "GP_Gen5",
  BusinessCritical: "BC_Gen5",
  Hyperscale: "HS_Gen5",
};

/** The pool that a sku asks for: `StandardPool` with 100, `GP_Gen5` with 4. Throws 400. */
function poolOf(name: string, sku: JsonBody): ElasticPool {
  const asked = sku.text("name") ?? "";
  const capacity = sku.number("capacity") ?? 2;
  const [, dtu] = /^(Basic|Standard|Premium)Pool$/.exec(asked) ?? [];
  if (dtu === "Basic" || dtu === "Standard" || dtu === "Premium") {
    return { name, edition: dtu, capacity, unit: "dtu" };
  }
  switch (asked) {
    case "GP_Gen5":
      return { name, edition: "GeneralPurpose", capacity, unit: "vcore" };
    case "BC_Gen5":
      return { name, edition: "BusinessCritical", capacity, unit: "vcore" };
    case "HS_Gen5":
      return { name, edition: "Hyperscale", capacity, unit: "vcore" };
    default:
      throw invalidRequest("InvalidSkuName", `The sku name '${asked}' is not valid.`);
  }
}

function requirePool(host: SqlHost, { names }: ArmCall): ElasticPool {
  const { pool: name = "" } = names;
  const found = host.engine.server.elasticPools.get(name.toLowerCase());
  if (found === undefined) throw resourceNotFound(TYPE, name);
  return found;
}

/** ElasticPools_Get, _ListByServer and _CreateOrUpdate (learn.microsoft.com: rest/api/sql/elastic-pools). */
export const POOL_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: POOL,
    action: "Microsoft.Sql/servers/elasticPools/read",
    handle(call) {
      const host = requireParent("server", call);
      return ok(describePool(host, requirePool(host, call)));
    },
  },
  {
    method: "GET",
    pattern: `${SERVER}/elasticPools`,
    action: "Microsoft.Sql/servers/elasticPools/read",
    handle(call) {
      const host = requireHost("server", call);
      const pools = [...host.engine.server.elasticPools.values()];
      return pageOf(
        pools.map((pool) => describePool(host, pool)),
        call,
      );
    },
  },
  {
    method: "PUT",
    pattern: POOL,
    action: "Microsoft.Sql/servers/elasticPools/write",
    handle(call) {
      const host = requireParent("server", call);
      const { pool: name = "" } = call.names;
      const pool = poolOf(name, readBody(call.request).part("sku"));
      host.engine.server.elasticPools.set(name.toLowerCase(), pool);
      return startOperation(
        { call, host, name: "CreateElasticPool" },
        () => ({ status: "Succeeded" }),
        () => ok(describePool(host, pool)),
      );
    },
  },
];
