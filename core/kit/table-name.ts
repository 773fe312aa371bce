/**
 * A table's name for people and for paths within a point: `dbo.Orders`. A part that itself holds a dot or a bracket stands
 * in brackets, so that two tables never share a name: `[a.b].c` and `a.[b.c]`.
 */
export function formatTableName({
  schema,
  name,
}: {
  readonly schema: string;
  readonly name: string;
}): string {
  return `${formatPart(schema)}.${formatPart(name)}`;
}

function formatPart(part: string): string {
  return /[.[\]]/.test(part) ? `[${part.replaceAll("]", "]]")}]` : part;
}
