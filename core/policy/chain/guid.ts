import type { Brand } from "../../kit/brand.ts";

/** Names a backup set on its media; a differential names its base with it. */
export type SetGuid = Brand<string, "SetGuid">;
/** Names a database for ever: restored or renamed, it keeps it. */
export type FamilyGuid = Brand<string, "FamilyGuid">;
/** Names a stretch of history between two recoveries: whoever restores to an earlier moment and goes on, forks. */
export type ForkGuid = Brand<string, "ForkGuid">;

/** Each throws RangeError for what is not a GUID, and for the GUID of zeros with which SQL Server says "none". */
export function parseSetGuid(text: string): SetGuid {
  return normalGuid(text) as SetGuid;
}

export function parseFamilyGuid(text: string): FamilyGuid {
  return normalGuid(text) as FamilyGuid;
}

export function parseForkGuid(text: string): ForkGuid {
  return normalGuid(text) as ForkGuid;
}

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/;
const NONE = "00000000-0000-0000-0000-000000000000";

function normalGuid(text: string): string {
  const [, guid] = GUID.exec(text.toLowerCase()) ?? [];
  if (guid === undefined || guid === NONE) throw new RangeError(`not a GUID: ${text}`);
  return guid;
}
