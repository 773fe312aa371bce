import { systemTypeId } from "../../catalog/type-facts.ts";
import type { Column } from "../../storage/columns.ts";

/** A column that only has a name and a type: of a view, of the result of a function, of a table of the server. */
export function plainColumn({
  userTypeId,
  ...column
}: Pick<Column, "columnId" | "name" | "type" | "nullable"> & {
  readonly userTypeId?: number | undefined;
}): Column {
  return {
    ...column,
    userTypeId: userTypeId ?? systemTypeId(column.type.name),
    identity: undefined,
    computed: undefined,
    defaultObjectId: 0,
    isRowGuid: false,
    isAnsiPadded: true,
    isSparse: false,
  };
}
