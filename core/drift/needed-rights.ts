import type { DatabaseRight } from "../resource/database-server.ts";
import { type ComparedDatabase, quoteName, type SetRule } from "./subject.ts";

const READING: readonly DatabaseRight[] = ["CONNECT", "SELECT", "VIEW DEFINITION"];
const BACKING_UP: readonly DatabaseRight[] = ["CONNECT", "BACKUP DATABASE"];

/** Without which a backup of the method fails. */
const NEEDED: Readonly<Record<string, readonly DatabaseRight[]>> = {
  snapshot: READING,
  cdc: READING,
  isolated_copy: READING,
  native: BACKING_UP,
  files: BACKING_UP,
};

export function isNeeded(right: DatabaseRight, { method, hasLog }: SetRule): boolean {
  return NEEDED[method]?.includes(right) === true || (right === "BACKUP LOG" && hasLog);
}

const ALL: readonly DatabaseRight[] = [
  "CONNECT",
  "SELECT",
  "VIEW DEFINITION",
  "BACKUP DATABASE",
  "BACKUP LOG",
];

/** What the login lacks for the sets that cover a database; nothing where the server does not tell. */
export function missingRights({ sets, after }: ComparedDatabase): readonly DatabaseRight[] {
  const held = after?.rights ?? null;
  if (held === null) return [];
  return ALL.filter((right) => !held.includes(right) && sets.some((set) => isNeeded(right, set)));
}

/** T-SQL that gives a login rights in a database; who cannot come in gets a user first. */
export function grants(
  { login, name }: Pick<ComparedDatabase, "login" | "name">,
  rights: readonly DatabaseRight[],
): readonly string[] {
  const [use, who] = [`USE ${quoteName(name)};`, quoteName(login)];
  return rights
    .toSorted((a, b) => Number(b === "CONNECT") - Number(a === "CONNECT"))
    .map((right) =>
      right === "CONNECT"
        ? `${use} CREATE USER ${who} FOR LOGIN ${who};`
        : `${use} GRANT ${right} TO ${who};`,
    );
}
