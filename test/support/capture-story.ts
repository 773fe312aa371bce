import assert from "node:assert/strict";
import type { JobRecord } from "../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { openVaultAt } from "../../core/operations/open-vault.ts";
import { ResourceLookup } from "../../core/operations/resource-lookup.ts";
import type { StoredObject } from "../../core/vault/vault.ts";
import type { CaptureServer, CaptureWorld } from "./capture-world.ts";

let count = 0;

/** A database with one table of five accounts, and a world that backs it up. */
export async function openShop(
  server: CaptureServer,
  options: { readonly profile?: string } = {},
): Promise<{ readonly name: string; readonly world: CaptureWorld }> {
  count += 1;
  const name = `shop${count}`;
  await server.database(name);
  const world = await server.world({ include: [name], ...options });
  server.wire.statements.length = 0;
  return { name, world };
}

/** As the server's owner would, as it is by default. */
export async function enableByHand(server: CaptureServer, name: string): Promise<void> {
  await server.sql(
    name,
    `EXEC sys.sp_cdc_enable_db
GO
EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Account', @role_name = NULL, @captured_column_list = N'[id], [amount]'`,
  );
}

/** Two updates, a delete and an insert, in three transactions: six rows of changes. */
export const WRITES = `UPDATE dbo.Account SET amount = amount + 1 WHERE id < 3
GO
DELETE FROM dbo.Account WHERE id = 5
GO
INSERT INTO dbo.Account (id, amount) VALUES (6, 60)`;

/** `["successful", ["backed_up", null]]` */
export function outcomeOf({ status, databases }: JobRecord): readonly unknown[] {
  return [status, ...databases.map(({ result, code }) => [result, code])];
}

export const DONE = ["successful", ["backed_up", null]];

export async function newestOf({ catalog }: Pick<CaptureWorld, "catalog">): Promise<RecoveryPoint> {
  const point = (await catalog.points()).at(-1);
  assert.ok(point);
  return point;
}

/** Type, why it is no cdc backup, and who enabled the capture. */
export async function madeOf(world: CaptureWorld): Promise<readonly unknown[]> {
  const { type, convertedFrom, conversionReason, changes } = await newestOf(world);
  return [type, convertedFrom, conversionReason, changes?.enabledBy];
}

/** What the newest point holds. */
export async function objectsOf(world: Pick<CaptureWorld, "catalog" | "ports">): Promise<{
  readonly objects: readonly StoredObject[];
  readonly bytes: ReadonlyMap<string, Buffer>;
}> {
  const resources = new ResourceLookup(await world.catalog.objects());
  const { vault: address, id } = await newestOf(world);
  await using vault = await openVaultAt(address, resources, world.ports);
  await using reader = await vault.openPoint(id);
  const bytes = new Map<string, Buffer>();
  for (const { path } of reader.point.objects) {
    bytes.set(path, Buffer.concat(await Array.fromAsync(reader.read(path))));
  }
  return { objects: reader.point.objects, bytes };
}

/** How many rows of changes the newest point has of a table. */
export async function changesOf(world: CaptureWorld, table = "dbo.Account"): Promise<unknown> {
  const { objects } = await objectsOf(world);
  return objects.find(({ path }) => path === `changes/${table}`)?.attributes["rows"];
}

/** The message of the newest entry of a job. */
export function saidBy(job: JobRecord): string {
  return job.databases.at(-1)?.message ?? "";
}

/** Statements that change capture or read the rows of a table, in short. */
export function stepsOf({ wire }: CaptureServer): readonly string[] {
  return wire.statements.flatMap((sql) => {
    const [, procedure] = /EXEC sys\.sp_cdc_(\w+)/.exec(sql) ?? [];
    if (procedure !== undefined) return [procedure];
    return /^SELECT .* FROM \[dbo\]/.test(sql) ? ["scan"] : [];
  });
}
