import { formatBytes } from "../../kit/bytes.ts";
import { canonicalJson } from "../../kit/json.ts";
import { hasChangeCapture } from "../../resource/azure-tier.ts";
import { isSameLongTerm } from "../../resource/same-retention.ts";
import { azCommand } from "../az-command.ts";
import { ACCEPT, type DriftKind, type RepairCommand, shell } from "../drift.ts";
import type { KnownDatabase } from "../observed-facts.ts";
import { type ComparedDatabase, listSets, listWords, nameDatabase, quoteWord } from "../subject.ts";

type Tier = NonNullable<KnownDatabase["tier"]>;
type Retention = NonNullable<KnownDatabase["retention"]>;

function tierText({ objective, name, tier, pool }: Tier): string {
  if (pool !== null) return `in the elastic pool ${pool}`;
  const kind = tier === null ? "" : ` (${tier})`;
  return `on ${objective ?? name ?? "a tier that Azure does not tell"}${kind}`;
}

function tiersOf({ before, after }: ComparedDatabase): { was: Tier; is: Tier } | undefined {
  const [was, is] = [before?.tier, after?.tier];
  return was === undefined || is === undefined ? undefined : { was, is };
}

function capturesNoMore({ was, is }: { was: Tier; is: Tier }): boolean {
  const server = { kind: "azure_sql" } as const;
  const has = (tier: Tier) =>
    hasChangeCapture(server, {
      tier: { name: tier.name ?? "", tier: tier.tier, capacity: null, family: null },
      objective: tier.objective,
      pool: tier.pool,
    });
  return has(is) === false && has(was) !== false;
}

function byMethod({ sets }: ComparedDatabase, method: string) {
  return sets.filter((set) => set.method === method);
}

function tierConsequences(subject: ComparedDatabase): readonly string[] {
  const tiers = tiersOf(subject);
  if (tiers === undefined) return [];
  const { was, is } = tiers;
  const captured = byMethod(subject, "cdc");
  const copied = byMethod(subject, "isolated_copy");
  const bytes = subject.points?.fullBytes ?? 0;
  const most = is.maxBytes;
  const said: string[] = [];
  if (captured.length > 0 && capturesNoMore(tiers))
    said.push(
      `This tier has no change data capture, so backups by ${listSets(captured)} fail as long as the database is on it.`,
    );
  if (most !== null && bytes > most)
    said.push(
      `It may hold ${formatBytes(most)}, and its newest full read ${formatBytes(bytes)}: a restore beside it on the same tier has no room.`,
    );
  if (copied.length > 0 && was.pool !== is.pool)
    said.push(
      is.pool === null
        ? `The copies of ${listSets(copied)} leave the pool, too: Azure bills each for itself.`
        : `The copies of ${listSets(copied)} are made in the pool, and share its resources and storage.`,
    );
  return said.length > 0 ? said : ["Its recovery points and backups are as good as before."];
}

function az(
  { azure, name }: ComparedDatabase,
  verb: string,
  more: string,
): readonly RepairCommand[] {
  if (azure === undefined) return [];
  return shell(azCommand({ ...azure.place, database: name }, verb, more));
}

function formerTier(subject: ComparedDatabase): readonly RepairCommand[] {
  const was = subject.before?.tier;
  if (was === undefined) return [];
  if (was.pool !== null) return az(subject, "update", `--elastic-pool ${quoteWord(was.pool)}`);
  const objective = was.objective ?? was.name;
  if (objective === null) return [];
  return az(subject, "update", `--service-objective ${quoteWord(objective)}`);
}

function retentionsOf({ before, after }: ComparedDatabase) {
  const [was, is] = [before?.retention, after?.retention];
  return was === undefined || is === undefined ? undefined : { was, is };
}

function shortText({ days, differentialHours }: Retention): string {
  const hours =
    differentialHours === null ? "" : `, with a differential every ${differentialHours} hours`;
  return `${days} days${hours}`;
}

function longText({ weekly, monthly, yearly, weekOfYear }: Retention): string {
  const kept = [
    weekly === null ? [] : `weekly ones for ${weekly}`,
    monthly === null ? [] : `monthly ones for ${monthly}`,
    yearly === null ? [] : `yearly ones (of week ${weekOfYear ?? 1}) for ${yearly}`,
  ].flat();
  return kept.length === 0 ? "none" : listWords(kept);
}

function longArguments({ weekly, monthly, yearly, weekOfYear }: Retention): string {
  const week = yearly === null ? "" : ` --week-of-year ${weekOfYear ?? 1}`;
  return `--weekly-retention ${weekly ?? "PT0S"} --monthly-retention ${monthly ?? "PT0S"} --yearly-retention ${yearly ?? "PT0S"}${week}`;
}

const OWN_POINTS =
  "That concerns backups that Azure takes by itself; the recovery points of Holdfast do not depend on them.";

const BACK = "If it is meant, accept it; otherwise set it back:";

/** What Azure says of databases, and of copies that backups made there. */
export const AZURE_KINDS: readonly DriftKind<ComparedDatabase>[] = [
  {
    kind: "tier_changed",
    differs: (subject) => {
      const tiers = tiersOf(subject);
      return tiers !== undefined && canonicalJson(tiers.was) !== canonicalJson(tiers.is);
    },
    what: (subject) => {
      const tiers = tiersOf(subject);
      if (tiers === undefined) return "";
      const [was, is] = [tierText(tiers.was), tierText(tiers.is)];
      const size = (tier: Tier) =>
        tier.maxBytes === null ? "as much as it likes" : `up to ${formatBytes(tier.maxBytes)}`;
      return was === is
        ? `${nameDatabase(subject)} may hold ${size(tiers.is)}; it might hold ${size(tiers.was)}.`
        : `${nameDatabase(subject)} runs ${is}; it ran ${was}.`;
    },
    consequence: (subject) => tierConsequences(subject).join(" "),
    repair: (subject) => ({
      advice: BACK,
      commands: [...shell(ACCEPT), ...formerTier(subject)],
    }),
  },
  {
    kind: "short_term_retention",
    differs: (subject) => {
      const found = retentionsOf(subject);
      return found !== undefined && shortText(found.was) !== shortText(found.is);
    },
    what: (subject) => {
      const found = retentionsOf(subject);
      return `Azure keeps backups of ${inside(nameDatabase(subject))} for ${found && shortText(found.is)}; it kept them for ${found && shortText(found.was)}.`;
    },
    consequence: () => OWN_POINTS,
    repair: (subject) => ({
      advice: BACK,
      commands: [...shell(ACCEPT), ...formerShortTerm(subject)],
    }),
  },
  {
    kind: "long_term_retention",
    differs: (subject) => {
      const found = retentionsOf(subject);
      return found !== undefined && !isSameLongTerm(found.was, found.is);
    },
    what: (subject) => {
      const found = retentionsOf(subject);
      return `Of the backups of ${inside(nameDatabase(subject))} Azure keeps long: ${found && longText(found.is)}; it kept: ${found && longText(found.was)}.`;
    },
    consequence: () => OWN_POINTS,
    repair: (subject) => {
      const was = subject.before?.retention;
      const back = was === undefined ? [] : az(subject, "ltr-policy set", longArguments(was));
      return { advice: BACK, commands: [...shell(ACCEPT), ...back] };
    },
  },
  {
    kind: "copy_left_over",
    differs: ({ before, after }) =>
      after?.copy?.isLeftOver === true && before?.copy?.isLeftOver !== true,
    what: (subject) => {
      const since = subject.azure?.createdAt ?? null;
      const when = since === null ? "" : `, made at ${since}`;
      return `${nameDatabase(subject)} is a copy for a backup of ${subject.after?.copy?.backupSet ?? ""}${when}, and nobody dropped it.`;
    },
    consequence: ({ after }) =>
      `Nothing reads it, and Azure bills it like any database ${after?.tier === undefined ? "of its tier" : tierText(after.tier)} until it is dropped. No recovery point depends on it.`,
    repair: (subject) => ({
      advice: `The next backup of ${subject.after?.copy?.backupSet ?? "its set"} drops it. To drop it now:`,
      commands: az(subject, "delete", "--yes"),
    }),
  },
];

function formerShortTerm(subject: ComparedDatabase): readonly RepairCommand[] {
  const was = subject.before?.retention;
  if (was === undefined) return [];
  const hours =
    was.differentialHours === null ? "" : ` --diffbackup-hours ${was.differentialHours}`;
  const isInstance = subject.azure?.place.kind === "managed_instance";
  const verb = isInstance ? "short-term-retention-policy set" : "str-policy set";
  return az(subject, verb, `--retention-days ${was.days}${hours}`);
}

/** Within a sentence. */
function inside(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
