import type { Certificate } from "./certificates.ts";
import type { CaptureInstance, CaptureJob, CaptureState } from "./change-capture.ts";
import type { DatabaseCatalog, ExtendedProperty, Schema, UserType } from "./database.ts";
import { JournaledMap } from "./journal.ts";
import type { PartitionFunction, PartitionScheme } from "./partitions.ts";
import type { DatabasePrincipal, Permission, RoleMember } from "./principals.ts";
import type { ObjectType, SchemaObject } from "./schema-object.ts";

/** An empty catalog whose names compare by `collation`. */
export function createDatabaseCatalog(collation: string): DatabaseCatalog {
  const foldName = foldingOf(collation);
  const index = new ObjectIndex(foldName);
  const objects = new JournaledMap<number, SchemaObject>((before, after) => {
    index.move(before, after);
  });
  const schemas = new JournaledMap<number, Schema>();
  const types = new JournaledMap<number, UserType>();
  const principals = new JournaledMap<number, DatabasePrincipal>();
  return {
    schemas,
    objects,
    types,
    principals,
    roleMembers: new JournaledMap<string, RoleMember>(),
    permissions: new JournaledMap<string, Permission>(),
    certificates: new JournaledMap<number, Certificate>(),
    partitionFunctions: new JournaledMap<number, PartitionFunction>(),
    partitionSchemes: new JournaledMap<number, PartitionScheme>(),
    extendedProperties: new JournaledMap<string, ExtendedProperty>(),
    captureState: new JournaledMap<"database", CaptureState>(),
    captureInstances: new JournaledMap<number, CaptureInstance>(),
    captureJobs: new JournaledMap<CaptureJob["type"], CaptureJob>(),
    findSchema: (name) => firstNamed(schemas, name, foldName),
    findObject: (schemaId, name) => index.find(schemaId, name),
    findType: (schemaId, name) =>
      [...types.values()].find(
        (type) => type.schemaId === schemaId && foldName(type.name) === foldName(name),
      ),
    findPrincipal: (name) => firstNamed(principals, name, foldName),
    childrenOf: (objectId) =>
      [...index.children(objectId)]
        .map((id) => objects.get(id))
        .filter((child) => child !== undefined),
    objectsOfType: <Type extends ObjectType>(...wanted: readonly Type[]) =>
      [...objects.values()].filter((object): object is Extract<SchemaObject, { type: Type }> =>
        wanted.some((type) => type === object.type),
      ),
    sameName: (left, right) => foldName(left) === foldName(right),
    foldName,
  };
}

/** How names fold under a collation: case-sensitive and binary collations keep them as they are. */
export function foldingOf(collation: string): (name: string) => string {
  return /_CS|_BIN/i.test(collation) ? (name) => name : (name) => name.toUpperCase();
}

/** The two ways in which objects are looked up beside the id: by name and by parent. */
class ObjectIndex {
  readonly #fold: (name: string) => string;
  readonly #byName = new Map<string, SchemaObject>();
  readonly #children = new Map<number, Set<number>>();

  constructor(fold: (name: string) => string) {
    this.#fold = fold;
  }

  find(schemaId: number, name: string): SchemaObject | undefined {
    return this.#byName.get(this.#key(schemaId, name));
  }

  children(parentId: number): ReadonlySet<number> {
    return this.#children.get(parentId) ?? new Set();
  }

  move(before: SchemaObject | undefined, after: SchemaObject | undefined): void {
    if (before !== undefined) {
      const key = this.#key(before.schemaId, before.name);
      if (this.#byName.get(key)?.objectId === before.objectId) this.#byName.delete(key);
      if (after === undefined) this.#children.get(before.parentId)?.delete(before.objectId);
    }
    if (after === undefined) return;
    this.#byName.set(this.#key(after.schemaId, after.name), after);
    if (after.parentId === 0) return;
    const siblings = this.#children.get(after.parentId) ?? new Set<number>();
    siblings.add(after.objectId);
    this.#children.set(after.parentId, siblings);
  }

  #key(schemaId: number, name: string): string {
    return `${schemaId}.${this.#fold(name)}`;
  }
}

function firstNamed<Value extends { readonly name: string }>(
  map: JournaledMap<number, Value>,
  name: string,
  fold: (name: string) => string,
): Value | undefined {
  const wanted = fold(name);
  for (const value of map.values()) {
    if (fold(value.name) === wanted) return value;
  }
  return undefined;
}
