import { attributesOf, type ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import { type Diagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import { toInstant } from "../../kit/clock.ts";
import { formatDuration, tryParseDuration } from "../../kit/duration.ts";
import { type BrokenChain, findBrokenChain } from "../../policy/forecast/broken-chain.ts";
import { findIdleTypes, type IdleType } from "../../policy/forecast/idle-types.ts";
import { findLonePoint, type LonePoint } from "../../policy/forecast/lone-points.ts";
import type { PolicyRule } from "../../policy/model/policy-rule.ts";
import { jitterOf, policyRuleOf } from "../../policy/model/policy-rule-of.ts";
import { missedWindow, shortestInterval } from "../../policy/schedule/jitter-effect.ts";
import { formatInZone } from "../../policy/time/zone-time.ts";
import { problem } from "../report.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";
import { hasSoundTimes } from "./resource-rules.ts";

/**
 * Where the schedule of a policy is walked from: checking a configuration asks no clock, so that it says the same every
 * day. A leap year that begins on a Monday.
 */
const FROM = toInstant(Date.UTC(2024, 0, 1));
const DAY = 86_400_000;
/** Azure SQL Database looks for changes every 20 seconds, SQL Server every 5 (learn.microsoft.com: change-data-capture-overview, sys.sp_cdc_add_job). */
const SLOWEST_SCANS = 20_000;

type Policy = ResourceAttributes<"policy">;

/** What a policy comes to as time passes. Silent where it protects as well as it looks. */
export function checkOverTime(
  resources: ReadonlyMap<string, CheckedResource>,
): readonly Diagnostic[] {
  const known = new Map<string, Findings>();
  return [...resources.values()].flatMap((resource) => {
    const policy = attributesOf(resource, "policy");
    const named = policy && resources.get(policy.retention);
    const retention = named && attributesOf(named, "retention");
    if (policy === undefined || retention === undefined || !hasSoundTimes(policy)) return [];
    const rule = policyRuleOf(policy, retention);
    const key = JSON.stringify(rule);
    const findings = known.get(key) ?? findingsOf(rule);
    known.set(key, findings);
    const facts = { resource, policy, rule, findings };
    return [
      ...nothingScheduled(facts),
      ...idleTypes(facts),
      ...soleBase(facts),
      ...closedWindow(facts),
      ...brokenChains(facts),
      ...lonePoints(facts),
      ...lostChanges(facts),
      ...hastyChanges(facts),
      ...wideJitter(facts),
    ];
  });
}

/** What depends on the rule alone; thousands of policies share a few. */
interface Findings {
  readonly idle: readonly IdleType[];
  readonly lone: LonePoint | undefined;
  readonly broken: BrokenChain | undefined;
}

function findingsOf(rule: PolicyRule): Findings {
  const broken = findBrokenChain(rule, FROM);
  return { idle: findIdleTypes(rule, FROM), lone: findLonePoint(rule, FROM), broken };
}

interface Facts {
  readonly resource: CheckedResource;
  readonly policy: Policy;
  readonly rule: PolicyRule;
  readonly findings: Findings;
}

function weak(
  { resource }: Facts,
  { summary, detail, path }: Record<"summary" | "detail" | "path", string>,
): Diagnostic {
  const { address } = resource;
  const subject = rangeOf(resource, path);
  return warningDiagnostic({ code: "CONFIG_WEAK_PROTECTION", summary, detail, address, subject });
}

const ADD_A_FULL = 'Add one:\n\n    full { schedule = "0 2 * * SUN" }';

/** Valid, for somebody may want just that; but one who forgot the blocks would have no backup at all. */
function nothingScheduled(facts: Facts): readonly Diagnostic[] {
  const { full, differential, log, cdc } = facts.rule;
  if (full ?? differential ?? log ?? cdc) return [];
  const detail = `The policy has no full, differential, log or cdc block, so holdfast run takes no backup by it: there are only the points that somebody makes with holdfast backup. Leave it as it is if that is what you want; else schedule fulls:\n\n    full { schedule = "0 2 * * SUN" }`;
  return [weak(facts, { summary: "Nothing is scheduled", detail, path: "method" })];
}

function idleTypes(facts: Facts): readonly Diagnostic[] {
  return facts.findings.idle.map(({ type, reason }) => {
    switch (reason) {
      case "no_full": {
        const summary = "Backups that wait for a full";
        const detail = `A ${type} backup builds on a full one, and this policy schedules none: nothing is backed up on schedule until somebody takes a full by hand, and no full is ever taken after that. ${ADD_A_FULL}`;
        return weak(facts, { summary, detail, path: `${type}.every` });
      }
      case "slot_taken": {
        const summary = "Backups that are never taken";
        const detail = `Whenever a ${type} backup is due, a full one is due too and takes its place, so none is ever taken. Move one of the two schedules, or remove the block.`;
        return weak(facts, { summary, detail, path: `${type}.schedule` });
      }
      case "too_rare": {
        const summary = "Backups that are never taken";
        const detail = `The time between two ${type} backups counts anew from each full or differential one, and the next of these always comes first, so no ${type} backup is ever taken. Shorten "every", or remove the block.`;
        return weak(facts, { summary, detail, path: `${type}.every` });
      }
      default:
        return reason satisfies never;
    }
  });
}

/** A differential without any full becomes one (B-28); nothing ever takes another. */
function soleBase(facts: Facts): readonly Diagnostic[] {
  const { full, differential, method } = facts.policy;
  if (full !== null || differential === null) return [];
  const slower =
    method === "files"
      ? " They also keep to the slower way through VSS, which scans all files."
      : "";
  const detail = `Without a schedule of fulls, only the first backup is a full one, and each differential holds everything that changed since. They grow without end, and damage to that one full takes every point along.${slower} ${ADD_A_FULL}`;
  const summary = "All points depend on one full backup";
  return [weak(facts, { summary, detail, path: "differential.schedule" })];
}

/** A window holds back intervals too, which few who write one for their fulls expect. */
function closedWindow(facts: Facts): readonly Diagnostic[] {
  const { policy, rule, findings } = facts;
  if (rule.window === null || policy.window === null) return [];
  const closed = DAY - rule.window.duration;
  const { start, duration } = policy.window;
  return (["log", "cdc"] as const).flatMap((type) => {
    const every = rule[type]?.every;
    const isIdle = findings.idle.some((idle) => idle.type === type);
    if (every === undefined || isIdle || closed <= every) return [];
    const detail = `The window opens at ${start} for ${duration}, and ${type} backups start only within it as well. For the other ${formatDuration(closed)} of a day nothing is backed up, so a failure can cost up to ${formatDuration(closed + every)} of changes instead of ${formatDuration(every)}. Widen the window, or remove it.`;
    const summary = "Backups that stop for most of the day";
    return [weak(facts, { summary, detail, path: "window.duration" })];
  });
}

function dayIn({ timezone }: PolicyRule, instant: LonePoint["before"]): string {
  return formatInZone(instant, timezone).slice(0, 10);
}

/** Logs live by the daily period only (B-65), and lead nowhere without the first of them. */
function brokenChains(facts: Facts): readonly Diagnostic[] {
  const { policy, rule, findings } = facts;
  const { broken } = findings;
  if (broken === undefined || findings.idle.some(({ type }) => type === "log")) return [];
  const day = (instant: LonePoint["before"]) => dayIn(rule, instant);
  const days = Math.ceil((broken.until - broken.base) / DAY);
  const detail = `${policy.retention} keeps logs for daily = ${rule.retention.daily} days, whatever its other periods say, and backups that logs build on are up to ${days} days apart. After the one of ${day(broken.base)} the first log would be purged on ${day(broken.from)}, and all later ones lead nowhere without it: until ${day(broken.until)} nothing newer than ${day(broken.base)} could be restored. Set daily = ${days} or more there, or take fulls or differentials more often.`;
  return [weak(facts, { summary: "Logs that cannot be used", detail, path: "log.every" })];
}

const CLASSES = ["daily", "weekly", "monthly", "yearly"] as const;

function lonePoints(facts: Facts): readonly Diagnostic[] {
  const { policy, rule, findings } = facts;
  const { lone, broken } = findings;
  if (lone === undefined || broken !== undefined) return [];
  const days = Math.ceil(lone.apart / DAY);
  const classes = CLASSES.filter((name) => rule.retention[name] > 0)
    .map((name) => `${name} = ${rule.retention[name]}`)
    .join(", ");
  const detail = `Backups that can be restored by themselves are up to ${days} days apart, and ${policy.retention} keeps a point for less (${classes}). Each is purged as soon as the next is made, as that of ${dayIn(rule, lone.before)} would be on ${dayIn(rule, lone.after)}: there is nothing to go back to when the newest holds the damage already. Set daily = ${days} or more there, or back up more often.`;
  const summary = "Only one point at a time";
  return [weak(facts, { summary, detail, path: "full.schedule" })];
}

/** The server forgets changes that no backup has taken by then. */
function lostChanges({ resource, policy, rule }: Facts): readonly Diagnostic[] {
  if (policy.cdc === null || rule.cdc === null) return [];
  const { retention } = policy.cdc.cdc_profile;
  const apart = Math.max(rule.cdc.every, DAY - (rule.window?.duration ?? DAY));
  if (apart < (tryParseDuration(retention) ?? 0)) return [];
  const detail = `The server drops captured changes after ${retention}, and up to ${formatDuration(apart)} pass between two cdc backups, so changes would be dropped that none has taken. Set retention to several times that, or shorten "every".`;
  const path = "cdc.cdc_profile.retention";
  const subject = resource.ranges.has(path)
    ? rangeOf(resource, path)
    : rangeOf(resource, "cdc.every");
  return [problem({ summary: "Invalid value", detail, subject })];
}

/** Backups more often than the server looks for changes find nothing new. */
function hastyChanges(facts: Facts): readonly Diagnostic[] {
  const every = facts.rule.cdc?.every;
  if (every === undefined || every >= SLOWEST_SCANS) return [];
  const detail = `A cdc backup every ${formatDuration(every)} finds little: servers look for changes every 5 seconds, Azure SQL Database every 20, and each backup waits for that. Set every to a minute or more.`;
  return [
    weak(facts, {
      summary: "Backups more often than changes are captured",
      detail,
      path: "cdc.every",
    }),
  ];
}

/** Delays are per set and the same every day, so they cost nothing but the time at which somebody expects a backup. */
function wideJitter(facts: Facts): readonly Diagnostic[] {
  const { policy, rule } = facts;
  const spread = jitterOf(policy);
  if (spread === 0) return [];
  const shortest = shortestInterval(rule, FROM);
  const path = "jitter";
  if (shortest !== undefined && spread >= shortest.apart) {
    const apart = formatDuration(shortest.apart);
    const detail = `Two ${shortest.type} backups of the schedule are ${apart} apart, and a backup set may start up to ${formatDuration(spread)} late: after the next one is due already. As many backups are taken, but not at the times that the schedule names. Set jitter below ${apart}.`;
    return [weak(facts, { summary: "Jitter longer than the schedule", detail, path })];
  }
  const missed = missedWindow(rule, spread, FROM);
  if (missed === undefined || policy.window === null) return [];
  const inZone = (instant: LonePoint["before"]) => formatInZone(instant, rule.timezone);
  const wait = formatDuration(missed.opens - missed.at);
  const detail = `The window opens at ${policy.window.start} for ${policy.window.duration}. The ${missed.type} backup that is due at ${inZone(missed.at).slice(11, 16)} may start up to ${formatDuration(spread)} late; the window may be closed by then, and the backup waits until it opens again, up to ${wait} after its time. Shorten jitter, schedule it earlier, or widen the window.`;
  return [weak(facts, { summary: "Backups that may miss their window", detail, path })];
}
