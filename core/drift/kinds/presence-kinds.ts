import { ACCEPT, type Drift, type DriftKind, type RepairCommand, shell, sql } from "../drift.ts";
import { grants, missingRights } from "../needed-rights.ts";
import {
  type ComparedDatabase,
  formatTime,
  listSets,
  listWords,
  nameDatabase,
  quoteName,
  quoteWord,
} from "../subject.ts";
import { fullBackups } from "./full-backups.ts";
import { namedNowhere, namingFails } from "./naming-sets.ts";

function restoreNewest({
  points,
  server,
  before,
  name,
}: ComparedDatabase): readonly RepairCommand[] {
  if (points === undefined) return [];
  const wanted = before?.name ?? name;
  return shell(
    `holdfast restore ${points.newest.id} -to ${quoteWord(server)} -as ${quoteWord(wanted)}`,
  );
}

function pointsLeft({ points }: ComparedDatabase): string {
  if (points === undefined) return "There is no recovery point of it, so it cannot be restored.";
  const { count, newest } = points;
  const many = count === 1 ? "Its one recovery point stays" : `Its ${count} recovery points stay`;
  return `${many} until the retention ends, and the newest, of ${formatTime(newest.createdAt)}, also after that.`;
}

function repairNew(subject: ComparedDatabase): Drift["repair"] {
  const { sets, unfinished, name } = subject;
  if (unfinished?.isOver === true) {
    const advice = "Run the same restore again, which drops it first; or drop it:";
    return { advice, commands: sql(unfinished.removal) };
  }
  if (unfinished !== undefined)
    return {
      advice: "Let the restore end. Running jobs of this catalog:",
      commands: shell("holdfast jobs"),
    };
  if (sets.length === 0) {
    const advice =
      "Add it to databases.include of a backup set and apply that; or, if it is not to be backed up, accept it:";
    return { advice, commands: shell(ACCEPT) };
  }
  return {
    advice: "Back it up now, or wait for the schedule:",
    commands: [...sql(...grants(subject, missingRights(subject))), ...fullBackups(name, sets)],
  };
}

/** Which databases are there. */
export const PRESENCE_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "database_new",
    differs: ({ before, after }) => before === undefined && after?.copy === undefined,
    what: (subject) => `${nameDatabase(subject)} is new.`,
    consequence: (subject) => {
      const { sets, points, unfinished } = subject;
      if (unfinished !== undefined)
        return `It is not whole: ${unfinished.isOver ? "a restore did not finish it" : "a restore makes it, or did not finish it"}. Until it is, a backup of it holds what is there so far.`;
      if (sets.length === 0) return "No backup set covers it: nothing of it is backed up.";
      const missing = missingRights(subject);
      const fails =
        missing.length === 0
          ? ""
          : ` Its backups fail, because login ${quoteName(subject.login)} lacks ${listWords(missing)} there.`;
      if (points !== undefined)
        return `${listSets(sets)} covers it, and has recovery points of an earlier database of this name. Nothing of this one can be restored before its first backup.${fails}`;
      return `${listSets(sets)} covers it. It is unprotected until its first backup, which is a full.${fails}`;
    },
    repair: repairNew,
  },
  {
    kind: "database_gone",
    warning: namedNowhere,
    differs: ({ before, after }) => after === undefined && before?.copy === undefined,
    what: (subject) =>
      subject.seesAll
        ? `${nameDatabase(subject)} is gone.`
        : `${nameDatabase(subject)} is not shown to login ${quoteName(subject.login)} any more.`,
    consequence: (subject) => {
      const fails = namingFails(subject);
      return `${pointsLeft(subject)}${fails}`;
    },
    repair: (subject) => {
      if (!subject.seesAll)
        return {
          advice:
            "The login is shown only databases that it owns, so nobody can tell whether this one is there. Let it see all:",
          commands: sql(`USE [master]; GRANT VIEW ANY DATABASE TO ${quoteName(subject.login)};`),
        };
      const advice =
        subject.points === undefined
          ? "If it went on purpose, accept that:"
          : "Bring it back from its newest point; or, if it went on purpose, accept that:";
      return { advice, commands: [...restoreNewest(subject), ...shell(ACCEPT)] };
    },
  },
];
