import type { ObjectHeader } from "./schema-object.ts";

interface ObjectBirth {
  readonly objectId: number;
  readonly schemaId: number;
  readonly name: string;
  /** A datetime. */
  readonly now: number;
  /** The table of a constraint or trigger. */
  readonly parentId?: number | undefined;
  readonly isSystem?: boolean | undefined;
}

/** The header of an object that comes into being now; its schema's owner owns it. */
export function newHeader({
  now,
  parentId = 0,
  isSystem = false,
  ...names
}: ObjectBirth): ObjectHeader {
  const { objectId, schemaId, name } = names;
  return {
    objectId,
    schemaId,
    name,
    parentId,
    principalId: undefined,
    createDate: now,
    modifyDate: now,
    isSystem,
  };
}
