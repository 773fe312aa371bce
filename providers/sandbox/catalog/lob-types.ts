import type { SqlType } from "../values/sql-type.ts";

/** Types whose values are kept outside the row. */
export function isLobType({ name, length }: SqlType): boolean {
  return length === -1 || name === "text" || name === "ntext" || name === "image" || name === "xml";
}
