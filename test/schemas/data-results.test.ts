import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../core/address/address.ts";
import { toInstant } from "../../core/kit/clock.ts";
import { isJsonObject, type Json } from "../../core/kit/json.ts";
import { databasesResult, recoveryPointsResult } from "../../core/operations/data-results.ts";
import type { ResultSchema } from "../../schemas/blocks/block-schema.ts";
import { DATA_SOURCES } from "../../schemas/blocks/data-sources.ts";

type Results = Readonly<Record<string, ResultSchema>>;

/** Names of members, and of those of the first element of a list. */
function shapeOf(result: Json | undefined): unknown {
  if (!isJsonObject(result)) return [];
  return Object.entries(result).map(([name, value]) => [
    name,
    Array.isArray(value) && isJsonObject(value[0]) ? Object.keys(value[0]) : [],
  ]);
}

function described(results: Results): unknown {
  return Object.entries(results).map(([name, { attributes = {} }]) => [
    name,
    Object.keys(attributes),
  ]);
}

test("the page of data databases names what the data source gives", () => {
  const result = databasesResult([
    {
      name: "Orders",
      databaseId: 5,
      state: "online",
      recoveryModel: "full",
      snapshotIsolation: "on",
      isSystem: false,
      isReadOnly: false,
      isEncrypted: false,
      collation: "Latin1_General_CI_AS",
      compatibilityLevel: 160,
      createdAt: "2017-02-01T00:00:00",
      familyGuid: null,
      recoveryForkGuid: null,
      rights: null,
    },
  ]);
  assert.deepEqual(shapeOf(result), described(DATA_SOURCES.databases.results));
});

test("the page of data recovery_points names what the data source gives", () => {
  const point = {
    id: "1",
    backup_set: "backup_set.orders",
    server: "server.orders",
    database: "Orders",
    type: "full",
    method: "snapshot",
    trigger: "manual",
    started_at: "2026-02-01T12:00:00Z",
    created_at: "2026-02-01T12:01:00Z",
    tier: "warm",
    expires_at: null,
    retained_by: ["newest"],
    base: null,
    converted_from: null,
    conversion_reason: null,
    consistency: "transactional",
    bytes_read: 1,
    bytes_stored: 1,
    restorable: true,
  } as const;
  const span = { server: point.server, database: point.database, from: point.created_at };
  const coverage = [{ ...span, to: point.created_at }];
  const listing = { at: point.created_at, recovery_points: [point], coverage, frozen: [] };
  const selection = { include: ["*"], exclude: [], system: false };
  const result = recoveryPointsResult({
    listing,
    points: [],
    sets: [{ server: formatAddress("server", "orders"), selection }],
    accepted: new Map(),
    jobs: [],
    storageGibMonth: null,
    at: toInstant(Date.parse(point.created_at)),
  });
  assert.deepEqual(shapeOf(result), described(DATA_SOURCES.recovery_points.results));
});
