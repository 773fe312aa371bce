import { didYouMean } from "../../language/suggestion.ts";

let knownZones: ReadonlySet<string> | undefined;

/**
 * Abbreviations that ICU takes for zones and the IANA database does not have. They surprise: BST is Bangladesh there, IST
 * India, AST Alaska. (ICU, "Time zone IDs": three-letter IDs for compatibility with JDK 1.1.)
 */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(
    " ",
  ),
);

/** What is wrong with the name of a time zone, as sentences; undefined when nothing is. */
export function checkTimeZone(text: string): string | undefined {
  if (ABBREVIATIONS.has(text.toUpperCase())) {
    return "It is an abbreviation, which means different zones in different places and says nothing about summer time. Write a name of the IANA database, such as Europe/Berlin or America/Los_Angeles.";
  }
  if (isTimeZone(text)) return undefined;
  const hint =
    didYouMean(text, Intl.supportedValuesOf("timeZone")) ||
    " Write a name such as Europe/Berlin, America/Los_Angeles or UTC.";
  return `It is not a time zone of the IANA database.${hint}`;
}

/** Offsets such as +02:00 are no zones here: they know no summer time. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  // The list costs half of what the first formatter does; it lacks UTC and the older names of zones.
  knownZones ??= new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  if (knownZones.has(text)) return true;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
