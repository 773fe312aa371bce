import type { TablePlace } from "./table-changes.ts";

/** Forgets what was said about a column that goes. */
export function forgetColumn(
  objectId: number,
  columnId: number,
  { database, transaction }: Pick<TablePlace, "database" | "transaction">,
): void {
  const { permissions, extendedProperties } = database.catalog;
  for (const [key, { securable, majorId, minorId }] of permissions.entries()) {
    const isOfColumn = securable === "OBJECT" && majorId === objectId && minorId === columnId;
    if (isOfColumn) permissions.delete(key, transaction.journal);
  }
  for (const [key, property] of extendedProperties.entries()) {
    const { majorId, minorId } = property;
    const isOfColumn = property.class === 1 && majorId === objectId && minorId === columnId;
    if (isOfColumn) extendedProperties.delete(key, transaction.journal);
  }
}
