import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openConnection } from "../../../../providers/sqlserver/connection/open-connection.ts";
import { Catalog } from "../../../../providers/sqlserver/schema/catalog.ts";
import type { CatalogRows } from "../../../../providers/sqlserver/schema/catalog-queries.ts";
import {
  describeSchema,
  encodeSchema,
  NO_POSITIONS,
} from "../../../../providers/sqlserver/schema/describe-schema.ts";
import { readCatalog } from "../../../../providers/sqlserver/schema/read-catalog.ts";
import { sqlServerSchema } from "../../../../schemas/sql-server-schema.ts";
import { EVERY_FEATURE } from "../../../support/every-feature.ts";
import { openProviderServer } from "../../../support/sql-server-target.ts";

async function readRows(): Promise<CatalogRows> {
  await using home = await openProviderServer();
  const database = home.name("Described");
  await home.run("master", `CREATE DATABASE ${database}`);
  await home.run(database, ...EVERY_FEATURE.filter((sql) => !sql.startsWith("INSERT")));
  await using connection = await openConnection(home.target, { database });
  return (await readCatalog(connection)).rows;
}

test("the schema document keeps its shape and does not depend on the order of the catalog's rows", async () => {
  const rows = await readRows();
  const encode = (answers: CatalogRows): string =>
    Buffer.from(encodeSchema(describeSchema(new Catalog(answers), NO_POSITIONS))).toString();
  const expected = encode(rows);
  sqlServerSchema.parse(JSON.parse(expected));
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const shuffle = <T>(items: readonly T[]): T[] =>
        items
          .map((item, index) => ({ item, key: Math.imul(index + 1, seed | 1) }))
          .toSorted((left, right) => left.key - right.key)
          .map(({ item }) => item);
      const mixed: unknown = Object.fromEntries(
        Object.entries(rows).map(([name, answer]) => [name, shuffle(answer)]),
      );
      assert.equal(encode(mixed as CatalogRows), expected);
    }),
    { numRuns: 10 },
  );
});
