import { cutRowGroups } from "../../core/backup/row-groups.ts";
import { toInstant } from "../../core/kit/clock.ts";
import { openVaultAt } from "../../core/operations/open-vault.ts";
import { openProjectReader } from "../../core/operations/project.ts";
import { ResourceLookup } from "../../core/operations/resource-lookup.ts";
import type { PointFacts, Vault } from "../../core/vault/vault.ts";
import type { TestProject } from "../support/test-project.ts";
import { ORDER_CHANGES, ORDER_METADATA, orderChanges } from "./order-rows.ts";
import { SCHEMA, slicesOf } from "./stored-orders.ts";

/** One point of a chain: rows that get another version. */
interface Step {
  readonly ids: readonly number[];
}

const BEGIN = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const TABLE = { schema: "dbo", table: "Orders" };

function lsnOf(number: number): string {
  return number.toString(16).padStart(20, "0");
}

function factsOf(number: number, base: PointFacts["base"], project: Sources): PointFacts {
  const at = BEGIN + number * HOUR;
  return {
    backupSet: project.backupSet,
    server: project.server,
    database: "Orders",
    type: base === null ? "full" : "cdc",
    method: "cdc",
    trigger: "manual",
    consistency: base === null ? "fuzzy" : "transactional",
    startedAt: at - 1000,
    createdAt: at,
    base,
    convertedFrom: null,
    conversionReason: null,
    changes: {
      identity: "bench",
      enabledBy: "engine",
      after: lsnOf(Math.max(0, number - 1)),
      reached: lsnOf(number),
      reachedAt: toInstant(at),
    },
  };
}

interface Sources {
  readonly backupSet: PointFacts["backupSet"];
  readonly server: PointFacts["server"];
}

async function* bytesOf<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** Some 60 kB, as backups cut them. */
const GROUP = 250;

function inGroups(rows: readonly Buffer[]): readonly Buffer[] {
  const starts = Array.from({ length: Math.ceil(rows.length / GROUP) }, (_, at) => at * GROUP);
  return starts.map((from) => Buffer.concat(rows.slice(from, from + GROUP)));
}

const encodeBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

async function addSchema(writer: Awaited<ReturnType<Vault["beginPoint"]>>): Promise<void> {
  const schema = Buffer.from(JSON.stringify(SCHEMA));
  await writer.addObject({ path: "schema", kind: "schema" }, bytesOf([schema]), () => ({}));
}

/** Stores a chain of the orders: a full, then a point for each step, and lets the catalog know. Gives the ids. */
export async function storeChain(
  project: TestProject,
  rows: number,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const ports = await project.ports();
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const [backupSet] = resources.all("backup_set");
  const [server] = resources.all("server");
  const [address] = resources.all("vault");
  if (backupSet === undefined || server === undefined || address === undefined) {
    throw new Error("a project without a backup set");
  }
  await using vault = await openVaultAt(address, resources, ports);
  const sources = { backupSet, server };
  const ids = [await storeFull(vault, rows, sources)];
  for (const [at, { ids: changed }] of steps.entries()) {
    await using writer = await vault.beginPoint();
    await addSchema(writer);
    const commit = at + 1;
    const encoded = orderChanges(changed, { commit, from: 0, to: commit });
    await writer.addObject(
      { path: "changes/dbo.Orders", kind: "changes" },
      bytesOf(inGroups(encoded)),
      () => ({
        ...TABLE,
        instance: "dbo_Orders",
        rows: encoded.length,
        metadata: encodeBase64(ORDER_CHANGES),
      }),
    );
    const point = await writer.commit(factsOf(commit, ids.at(-1) ?? null, sources));
    ids.push(point.id);
  }
  await project.expect(0, "rebuild-catalog");
  return ids;
}

async function storeFull(vault: Vault, rows: number, sources: Sources): Promise<string> {
  await using writer = await vault.beginPoint();
  await addSchema(writer);
  await writer.addObject(
    { path: "rows/dbo.Orders", kind: "rows" },
    cutRowGroups(slicesOf(rows, () => 0)),
    () => ({ ...TABLE, rows, metadata: encodeBase64(ORDER_METADATA) }),
  );
  return (await writer.commit(factsOf(0, null, sources))).id;
}
