import { formatKey } from "../../address/instance-key.ts";
import { ACCEPT, type DriftKind, type RepairCommand, shell, sql } from "../drift.ts";
import {
  type ComparedDatabase,
  formatTime,
  listSets,
  nameDatabase,
  quoteName,
  quoteWord,
} from "../subject.ts";
import { fullBackups } from "./full-backups.ts";
import { namedNowhere, namingFails } from "./naming-sets.ts";

/** By which the points of a renamed database follow it. */
function movedBlock({ server, before, name }: ComparedDatabase): string {
  const address = (database: string) => `${server}.database${formatKey(database)}`;
  return `moved {\n  from = ${address(before?.name ?? "")}\n  to   = ${address(name)}\n}`;
}

/** Whether another history begins: it was restored, or is another database of the same name. */
function isReplaced({ before, after }: ComparedDatabase): boolean {
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

/** Which database it is, and under which name. */
export const IDENTITY_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "database_renamed",
    warning: namedNowhere,
    differs: ({ before, after }) =>
      before !== undefined && after !== undefined && before.name !== after.name,
    what: ({ before, name, server }) =>
      `Database ${quoteName(before?.name ?? "")} of ${server} is called ${quoteName(name)} now.`,
    consequence: (subject) => {
      const { before, sets, name, points, followed } = subject;
      const history =
        followed === undefined
          ? "with a history that begins anew by a full"
          : `where ${followed.count === 1 ? "1 recovery point has" : `${followed.count} recovery points have`} that name, too`;
      const covered =
        sets.length === 0
          ? `No backup set covers ${quoteName(name)}: it is not backed up any more.`
          : `${listSets(sets)} covers it under its new name, ${history}.`;
      const kept =
        points === undefined
          ? ""
          : ` Its ${points.count === 1 ? "recovery point stays" : `${points.count} recovery points stay`} under the name ${quoteName(before?.name ?? "")}.`;
      return covered + kept + namingFails(subject);
    },
    repair: (subject) => {
      const { before, name, points } = subject;
      const back = sql(
        `ALTER DATABASE ${quoteName(name)} MODIFY NAME = ${quoteName(before?.name ?? "")};`,
      );
      const covers =
        subject.sets.length > 0
          ? ""
          : " Under the new name no backup set covers it until databases.include has that.";
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
        ? `${nameDatabase(subject)} was restored over: it is at another point of its own history.`
        : `${nameDatabase(subject)} is another database than before: it was dropped and made anew, or another one was restored over it.`,
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
