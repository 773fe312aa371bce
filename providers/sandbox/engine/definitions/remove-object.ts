import type { SchemaObject } from "../../storage/schema-object.ts";
import type { TablePlace } from "./table-changes.ts";

/** Takes an object out of the catalog, with what was said about it. */
export function removeObject(
  object: SchemaObject,
  { database, transaction }: Pick<TablePlace, "database" | "transaction">,
): void {
  const { catalog } = database;
  for (const child of catalog.childrenOf(object.objectId))
    removeObject(child, { database, transaction });
  catalog.objects.delete(object.objectId, transaction.journal);
  for (const [key, permission] of catalog.permissions.entries()) {
    if (permission.securable === "OBJECT" && permission.majorId === object.objectId) {
      catalog.permissions.delete(key, transaction.journal);
    }
  }
  for (const [key, property] of catalog.extendedProperties.entries()) {
    if ([1, 2, 7].includes(property.class) && property.majorId === object.objectId) {
      catalog.extendedProperties.delete(key, transaction.journal);
    }
  }
  transaction.databases.add(database.databaseId);
}
