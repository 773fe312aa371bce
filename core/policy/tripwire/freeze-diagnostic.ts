import type { Address } from "../../address/address.ts";
import { type Diagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { Freeze, Suspect } from "./freeze.ts";
import { formatSuspicion } from "./suspicion-text.ts";

/** PURGES_FROZEN: what holds the points of a backup set, what was clean, and how a person ends it. */
export function freezeDiagnostic(freeze: Freeze, held: number): Diagnostic {
  const { backupSet, suspects } = freeze;
  const [first] = suspects;
  const more = suspects.length > 1 ? ` ${suspects.length - 1} more are suspect.` : "";
  return warningDiagnostic({
    code: "PURGES_FROZEN",
    summary: "Purges frozen",
    detail:
      `${first === undefined ? "A recovery point is suspect." : suspectSentence(first)}${more} ` +
      `Until a person has looked, no recovery point of ${backupSet} is purged; ${heldText(held)} ${lastCleanText(freeze)}` +
      clearText(first),
    address: backupSet as Address,
  });
}

/** POINT_SUSPECT, for whoever made the point. */
export function suspectDiagnostic(suspect: Suspect, freeze: Freeze): Diagnostic {
  const { backupSet } = freeze;
  return warningDiagnostic({
    code: "POINT_SUSPECT",
    summary: "Recovery point suspect",
    detail:
      `${suspectSentence(suspect)} Data that somebody encrypted looks like that; so does a database after its encryption, a rebuild of all indexes or a change of most rows. ` +
      `The point is whole and can be restored. From now on no recovery point of ${backupSet} is purged. ${lastCleanText(freeze)}` +
      clearText(suspect),
    address: backupSet as Address,
  });
}

/** POINT_SUSPECT, for whoever restores the point. */
export function restoredSuspectDiagnostic(suspect: Suspect, freeze: Freeze): Diagnostic {
  return warningDiagnostic({
    code: "POINT_SUSPECT",
    summary: "Recovery point suspect",
    detail: `${suspectSentence(suspect)} It may hold data that somebody encrypted, and is restored as it is. ${lastCleanText(freeze)}`,
    address: freeze.backupSet as Address,
  });
}

function suspectSentence({ id, database, suspicion }: Suspect): string {
  return `The recovery point ${id.slice(0, 12)} of ${database} is suspect: ${formatSuspicion(suspicion)}.`;
}

function heldText(held: number): string {
  if (held === 0) return "none is past its date yet.";
  return held === 1 ? "one that is past its date is held." : `${held} past their date are held.`;
}

function lastCleanText({ lastClean }: Freeze): string {
  const named = lastClean.map(({ database, point }) =>
    point === null
      ? `Of ${database} nothing from before is left.`
      : `The last clean point of ${database} is ${point.slice(0, 12)}.`,
  );
  return named.slice(0, 3).join(" ");
}

function clearText(suspect: Suspect | undefined): string {
  if (suspect === undefined) return "";
  const id = suspect.id.slice(0, 12);
  return ` Look at the suspect point, and if the change was meant, say so:\n\n    holdfast points -clear-suspect ${id}`;
}
