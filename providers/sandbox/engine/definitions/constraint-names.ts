import { raise } from "../../values/sql-exception.ts";

export function refuseTaken(name: string): never {
  raise(2714, `There is already an object named '${name}' in the database.`, { state: 6 });
}

/** As servers make names: `DF__table__colum__1A2B3C4D`. */
export function systemName(prefix: string, parts: readonly string[], objectId: number): string {
  const [table = "", column = ""] = parts;
  const hex = objectId.toString(16).toUpperCase().padStart(8, "0");
  const middle = column === "" ? table.slice(0, 8) : `${table.slice(0, 9)}__${column.slice(0, 5)}`;
  return `${prefix}__${middle}__${hex}`;
}
