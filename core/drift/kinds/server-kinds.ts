import type { ObservedFacts } from "../../../schemas/server-observation.ts";
import type { ServerRight } from "../../resource/database-server.ts";
import { ACCEPT, type DriftKind, shell, sql } from "../drift.ts";
import { type ComparedServer, listSets, listWords, quoteName, quoteWord } from "../subject.ts";

/** Where it could not be asked, it equals what was accepted, so that nothing but its silence is told. */
function nowOf({ before, after }: ComparedServer): ObservedFacts {
  return after ?? before;
}

/** `16` of `16.0.4105.2`: smaller steps change nothing for backups. */
function majorOf({ version }: ObservedFacts): number {
  return Number.parseInt(version, 10);
}

function affected({ sets }: ComparedServer): string {
  return sets.length === 0 ? "Nothing backs it up." : `This concerns ${listSets(sets)}.`;
}

const LOSSES: Readonly<Record<ServerRight, string>> = {
  "VIEW ANY DATABASE":
    "Only databases that it owns are shown to it: the others look as if they were gone, and backups pass over them.",
  "CREATE ANY DATABASE": "It can restore no database here any more; backups go on.",
};

function lostRights(subject: ComparedServer): readonly ServerRight[] {
  const now = nowOf(subject);
  if (now.login !== subject.before.login) return [];
  const { rights } = now;
  if (rights === null) return [];
  return (subject.before.rights ?? []).filter((right) => !rights.includes(right));
}

/** What may change about a server itself. */
export const SERVER_KINDS: readonly DriftKind<ComparedServer>[] = [
  {
    kind: "server_unreachable",
    differs: ({ failure }) => failure !== undefined,
    what: ({ server, failure }) => `${server} could not be asked: ${lowerFirst(failure?.summary)}.`,
    consequence: (subject) =>
      `Backups fail as long as that is so, and whatever else changed there is not known. Recovery points made before stay as they are. ${affected(subject)}`,
    repair: ({ failure }) => ({ advice: failure?.detail ?? "", commands: [] }),
  },
  {
    kind: "server_replaced",
    differs: (subject) => nowOf(subject).name !== subject.before.name,
    what: (subject) =>
      `${subject.server} was ${subject.before.name}; now ${nowOf(subject).name} answers under its host name.`,
    consequence: (subject) =>
      `Databases of the same name may be others, and backups of them would continue the history of the former ones. ${affected(subject)}`,
    repair: () => ({
      advice:
        "Check the host of the server block, and where its name leads. If the server was only renamed, or another one took over on purpose, accept it:",
      commands: shell(ACCEPT),
    }),
  },
  {
    kind: "server_version",
    differs: (subject) =>
      majorOf(nowOf(subject)) !== majorOf(subject.before) ||
      nowOf(subject).edition !== subject.before.edition,
    what: (subject) => {
      const now = nowOf(subject);
      return `${subject.server} was version ${subject.before.version}, ${subject.before.edition}; now it is ${now.version}, ${now.edition}.`;
    },
    consequence: (subject) =>
      majorOf(nowOf(subject)) < majorOf(subject.before)
        ? `A native backup of the newer version cannot be restored here any more, and a snapshot may hold what this version does not know. ${affected(subject)}`
        : `What is backed up from now on may not be restorable to a server of the former version or edition. Earlier points stay restorable here. ${affected(subject)}`,
    repair: ({ sets }) => ({
      advice: "Take a full, so that there is a point of this version, and accept the change:",
      commands: shell(
        ...sets.map(({ address }) => `holdfast backup ${quoteWord(address)} -type full`),
        ACCEPT,
      ),
    }),
  },
  {
    kind: "server_rights_lost",
    differs: (subject) => lostRights(subject).length > 0,
    what: (subject) =>
      `Login ${quoteName(nowOf(subject).login)} lost ${listWords(lostRights(subject))} on ${subject.server}.`,
    consequence: (subject) =>
      lostRights(subject)
        .map((right) => LOSSES[right])
        .join(" "),
    repair: (subject) => ({
      advice: "Give the rights back, by somebody who may:",
      commands: sql(
        ...lostRights(subject).map(
          (right) => `USE [master]; GRANT ${right} TO ${quoteName(nowOf(subject).login)};`,
        ),
      ),
    }),
  },
];

function lowerFirst(text: string | undefined): string {
  return text === undefined ? "" : text.charAt(0).toLowerCase() + text.slice(1);
}
