import type { DatabaseRight } from "../../resource/database-server.ts";
import { ACCEPT, type DriftKind, shell, sql } from "../drift.ts";
import { grants, isNeeded } from "../needed-rights.ts";
import { type ComparedDatabase, listSets, listWords, quoteName } from "../subject.ts";

function changedRights({ before, after, isSameLogin }: ComparedDatabase) {
  const [held, holds] = [before?.rights ?? null, after?.rights ?? null];
  if (!isSameLogin || held === null || holds === null) return { lost: [], gained: [] };
  return {
    lost: held.filter((right) => !holds.includes(right)),
    gained: holds.filter((right) => !held.includes(right)),
  };
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
      `Login ${quoteName(subject.login)} lost ${listWords(toldRights(changedRights(subject).lost))} in database ${quoteName(subject.name)} of ${subject.server}.`,
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
      const { lost } = changedRights(subject);
      return {
        advice: "Give the rights back, by somebody who may:",
        commands: sql(...grants(subject, lost)),
      };
    },
  },
  {
    kind: "login_rights_gained",
    differs: (subject) => changedRights(subject).gained.length > 0,
    what: (subject) =>
      `Login ${quoteName(subject.login)} got ${listWords(changedRights(subject).gained)} in database ${quoteName(subject.name)} of ${subject.server}.`,
    consequence: () => "Its backups can use it.",
    repair: () => ({
      advice: "Accept it, so that its next loss is noticed:",
      commands: shell(ACCEPT),
    }),
  },
];
