import type { TypeReference } from "../../parser/ast-expressions.ts";

/** A type as definitions show it: `[nvarchar](20)`, `[dbo].[Phone]`. */
export function formatSystemReference({ name, arguments: parameters }: TypeReference): string {
  const schema = name.schema === undefined ? "" : `[${name.schema}].`;
  const shown = parameters.map((item) => (item === -1 ? "max" : String(item))).join(",");
  return `${schema}[${name.name}]${parameters.length === 0 ? "" : `(${shown})`}`;
}
