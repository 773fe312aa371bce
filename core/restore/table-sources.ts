import { failure } from "../diagnostics/diagnostic.ts";
import type { StoredObject, StoredPoint } from "../vault/vault.ts";

/** One object, and the number of the point that it is of, in the order of the points. */
export interface PlacedObject {
  readonly point: number;
  readonly object: StoredObject;
}

/** What one table is made of. */
export interface TableSource {
  readonly schema: string;
  readonly name: string;
  readonly rows: PlacedObject;
  /** Put upon the rows, in this order. */
  readonly changes: readonly PlacedObject[];
}

/**
 * What the tables of a restore are made of: the rows of the full, the changes of all points after it, and whole tables
 * that a later point has anew, because they have no key. `isWhole`: the restore goes to the very end of the last point;
 * otherwise nobody knows whether a table that it has anew was like that at the moment before, and the one before it counts.
 */
export function tableSources(
  points: readonly StoredPoint[],
  isWhole: boolean,
): readonly TableSource[] {
  const tables = new Map<string, TableSource>();
  for (const [number, { objects }] of points.entries()) {
    const mayReplace = isWhole || number === 0 || number < points.length - 1;
    for (const object of objects) {
      const placed = { point: number, object };
      const key = tableKey(object);
      const known = tables.get(key);
      if (object.kind === "rows" && mayReplace) {
        tables.set(key, { ...namesOf(object), rows: placed, changes: [] });
      } else if (object.kind === "changes" && known !== undefined) {
        tables.set(key, { ...known, changes: [...known.changes, placed] });
      }
    }
  }
  return [...tables.values()];
}

/** Tables that the last point has anew, though the moment is before its end: they come back as they were at an earlier one. */
export function tablesOfEarlier(points: readonly StoredPoint[]): readonly string[] {
  const last = points.length > 1 ? points.at(-1) : undefined;
  return (last?.objects ?? [])
    .filter(({ kind }) => kind === "rows")
    .map((object) => tableKey(object));
}

function tableKey({ path }: StoredObject): string {
  return path.slice(path.indexOf("/") + 1);
}

function namesOf(object: StoredObject) {
  const { schema, table } = object.attributes;
  if (typeof schema !== "string" || typeof table !== "string") throw lackingFacts(object);
  return { schema, name: table };
}

export interface RowFacts {
  readonly metadata: Uint8Array;
  readonly rows: number;
}

/** How the bytes of rows and changes are to be read, and how many they are. */
export function rowFactsOf(object: StoredObject): RowFacts {
  const { metadata, rows } = object.attributes;
  if (typeof metadata !== "string" || typeof rows !== "number") throw lackingFacts(object);
  return { metadata: Buffer.from(metadata, "base64"), rows };
}

function lackingFacts({ path }: StoredObject) {
  return failure({
    code: "VAULT_CORRUPTED",
    summary: "Object without its facts",
    detail: `The object ${path} of this recovery point lacks the facts that a restore needs (schema, table, metadata, rows). This is a bug.`,
  });
}
