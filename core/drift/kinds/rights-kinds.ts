import type { DatabaseRight } from "../../resource/database-server.ts";
import { ACCEPT, type DriftKind, shell, sql } from "../drift.ts";
import { type ComparedDatabase, listSets, quoteName, type SetRule } from "../subject.ts";

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

function changedRights({ before, after, isSameLogin }: ComparedDatabase) {
  const [held, holds] = [before?.rights ?? null, after?.rights ?? null];
  if (!isSameLogin || held === null || holds === null) return { lost: [], gained: [] };
  return {
    lost: held.filter((right) => !holds.includes(right)),
    gained: holds.filter((right) => !held.includes(right)),
  };
}

function isNeeded(right: DatabaseRight, { method, hasLog }: SetRule): boolean {
  return NEEDED[method]?.includes(right) === true || (right === "BACKUP LOG" && hasLog);
}

/** Whoever cannot come in can do nothing there: then only that is told. */
function toldRights(rights: readonly DatabaseRight[]): readonly DatabaseRight[] {
  return rights.includes("CONNECT") ? ["CONNECT"] : rights;
}

/** What the login may do in a database. A right that comes back is told too, or its next loss would go unseen. */
export const RIGHTS_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "login_rights_lost",
    differs: (subject) => changedRights(subject).lost.length > 0,
    what: (subject) =>
      `Login ${quoteName(subject.login)} lost ${toldRights(changedRights(subject).lost).join(" and ")} in database ${quoteName(subject.name)} of ${subject.server}.`,
    consequence: (subject) => {
      const { lost } = changedRights(subject);
      const failing = subject.sets.filter((set) => lost.some((right) => isNeeded(right, set)));
      const masked =
        lost.includes("UNMASK") && subject.sets.length > 0
          ? "Where it has masked columns, backups of it fail, since they would hold the masks. "
          : "";
      if (failing.length > 0) return `${masked}Every backup of it by ${listSets(failing)} fails.`;
      return masked === "" ? "Its backups do without." : masked.trim();
    },
    repair: (subject) => {
      const login = quoteName(subject.login);
      const { lost } = changedRights(subject);
      const use = `USE ${quoteName(subject.name)};`;
      const grants = lost
        .filter((right) => right !== "CONNECT")
        .map((right) => `${use} GRANT ${right} TO ${login};`);
      const user = lost.includes("CONNECT")
        ? [`${use} CREATE USER ${login} FOR LOGIN ${login};`]
        : [];
      return {
        advice: "Give the rights back, by somebody who may:",
        commands: sql(...user, ...grants),
      };
    },
  },
  {
    kind: "login_rights_gained",
    differs: (subject) => changedRights(subject).gained.length > 0,
    what: (subject) =>
      `Login ${quoteName(subject.login)} got ${changedRights(subject).gained.join(" and ")} in database ${quoteName(subject.name)} of ${subject.server}.`,
    consequence: () => "Its backups can use it.",
    repair: () => ({
      advice: "Accept it, so that its next loss is noticed:",
      commands: shell(ACCEPT),
    }),
  },
];
