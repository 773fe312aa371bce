import { formatKey } from "../../address/instance-key.ts";
import { ACCEPT, type DriftKind, type RepairCommand, shell, sql } from "../drift.ts";
import {
  type ComparedDatabase,
  formatTime,
  listSets,
  quoteName,
  quoteWord,
  type SetRule,
} from "../subject.ts";

/** `holdfast backup backup_set.orders -type full -database shop` for each set. */
export function fullBackups(name: string, sets: readonly SetRule[]): readonly RepairCommand[] {
  return shell(
    ...sets.map(
      ({ address }) =>
        `holdfast backup ${quoteWord(address)} -type full -database ${quoteWord(name)}`,
    ),
  );
}

function named({ name, server }: ComparedDatabase): string {
  return `Database ${quoteName(name)} of ${server}`;
}

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

/** By which the points of a renamed database follow it. */
function movedBlock({ server, before, name }: ComparedDatabase): string {
  const address = (database: string) => `${server}.database${formatKey(database)}`;
  return `moved {\n  from = ${address(before?.name ?? "")}\n  to   = ${address(name)}\n}`;
}

function pointsLeft({ points }: ComparedDatabase): string {
  if (points === undefined) return "There is no recovery point of it, so it cannot be restored.";
  const { count, newest } = points;
  const many = count === 1 ? "Its one recovery point stays" : `Its ${count} recovery points stay`;
  return `${many} until the retention ends, and the newest, of ${formatTime(newest.createdAt)}, also after that.`;
}

/** Whether another history begins: it was restored, or is another database of the same name. */
export function isReplaced({ before, after }: ComparedDatabase): boolean {
  if (before === undefined || after === undefined || before.name !== after.name) return false;
  const known = [
    [before.familyGuid, after.familyGuid],
    [before.recoveryForkGuid, after.recoveryForkGuid],
  ].filter((pair) => pair.every((guid) => guid !== null));
  if (known.length > 0) return known.some(([was, is]) => was !== is);
  return before.createdAt !== after.createdAt;
}

/** Of one that is replaced: whether the server says that it is still the same database. */
function isOwnHistory({ before, after }: ComparedDatabase): boolean {
  const family = before?.familyGuid ?? null;
  return family !== null && family === after?.familyGuid;
}

/** Which database is there, and under which name. */
export const IDENTITY_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "database_new",
    differs: ({ before }) => before === undefined,
    what: (subject) => `${named(subject)} is new.`,
    consequence: ({ sets, points }) => {
      if (sets.length === 0) return "No backup set covers it: nothing of it is backed up.";
      if (points !== undefined)
        return `${listSets(sets)} covers it, and has recovery points of an earlier database of this name. Nothing of this one can be restored before its first backup.`;
      return `${listSets(sets)} covers it. It is unprotected until its first backup, which is a full.`;
    },
    repair: ({ sets, name }) =>
      sets.length === 0
        ? {
            advice:
              "Add it to databases.include of a backup set and apply that; or, if it is not to be backed up, accept it:",
            commands: shell(ACCEPT),
          }
        : {
            advice: "Back it up now, or wait for the schedule:",
            commands: fullBackups(name, sets),
          },
  },
  {
    kind: "database_gone",
    differs: ({ after }) => after === undefined,
    what: (subject) =>
      subject.seesAll
        ? `${named(subject)} is gone.`
        : `${named(subject)} is not shown to login ${quoteName(subject.login)} any more.`,
    consequence: (subject) => {
      const naming = subject.setsBefore.filter(({ selection }) =>
        selection.include.some((name) => name.toLowerCase() === subject.name.toLowerCase()),
      );
      const fails =
        naming.length === 0
          ? ""
          : ` Backups of ${listSets(naming)}, which names it, complete with errors.`;
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
  {
    kind: "database_renamed",
    differs: ({ before, after }) =>
      before !== undefined && after !== undefined && before.name !== after.name,
    what: ({ before, name, server }) =>
      `Database ${quoteName(before?.name ?? "")} of ${server} is called ${quoteName(name)} now.`,
    consequence: ({ before, sets, name, points }) => {
      const covered =
        sets.length === 0
          ? `No backup set covers ${quoteName(name)}: it is not backed up any more.`
          : `${listSets(sets)} covers it under its new name, with a history that begins anew by a full.`;
      const kept =
        points === undefined
          ? ""
          : ` Its ${points.count === 1 ? "recovery point stays" : `${points.count} recovery points stay`} under the name ${quoteName(before?.name ?? "")}.`;
      return covered + kept;
    },
    repair: (subject) => {
      const { before, name, points } = subject;
      const back = sql(
        `ALTER DATABASE ${quoteName(name)} MODIFY NAME = ${quoteName(before?.name ?? "")};`,
      );
      const covers =
        subject.sets.length > 0
          ? ""
          : " Then no backup set covers it until databases.include has that name.";
      return points === undefined
        ? {
            advice: `Give it its name back, or accept the new one.${covers}`,
            commands: [...back, ...shell(ACCEPT)],
          }
        : {
            advice: `Give it its name back; or write this block, and its recovery points follow it to the new name.${covers}`,
            commands: [
              ...back,
              { language: "hcl", text: movedBlock(subject) },
              ...shell("holdfast apply"),
            ],
          };
    },
  },
  {
    kind: "database_replaced",
    differs: isReplaced,
    what: (subject) =>
      isOwnHistory(subject)
        ? `${named(subject)} was restored over: it is at another point of its own history.`
        : `${named(subject)} is another database than before: it was dropped and made anew, or another one was restored over it.`,
    consequence: (subject) => {
      const { points, sets } = subject;
      const breaks = sets.some(({ hasLog, method }) => hasLog || method !== "snapshot");
      const chain = breaks
        ? " No differential, log or change capture continues the chain from before: the next backup must be a full."
        : "";
      const kept =
        points === undefined
          ? "There is no recovery point of what was there."
          : `What was there is in its recovery points only, the newest of ${formatTime(points.newest.createdAt)}.`;
      return kept + chain;
    },
    repair: (subject) => ({
      advice:
        subject.points === undefined
          ? "Take a full of what is there now, and accept it:"
          : "Take a full of what is there now, and accept it. What was there can be restored beside it under another name:",
      commands: [
        ...fullBackups(subject.name, subject.sets),
        ...shell(ACCEPT),
        ...restoreBeside(subject),
      ],
    }),
  },
];

function restoreBeside({ points, server, name }: ComparedDatabase): readonly RepairCommand[] {
  if (points === undefined) return [];
  return shell(
    `holdfast restore ${points.newest.id} -to ${quoteWord(server)} -as ${quoteWord(`${name}_before`)}`,
  );
}
