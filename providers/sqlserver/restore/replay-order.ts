import { quoteName } from "../names.ts";
import type { ReplayPlan } from "./replay-plan.ts";
import { START, sameKey, stepOf, TURN } from "./replay-statements.ts";

/*
 * One statement may move rows from key to key (UPDATE t SET k = k + 1), and its changes may be told row by row: the row of key 1
 * comes to key 2 before the row of key 2 has left it. Then the last change of key 2 is a departure, and a row is there all the
 * same. Where the same row came and left, none is. A statement changes a row once, so that this can only be doubted where the
 * last change of a key is a departure and the one right before it, of the same commit, an arrival.
 */

/** Doubtful keys: `d` is the departure, `a` the arrival. */
function doubtful(plan: ReplayPlan): string {
  const { stage } = plan;
  return `FROM ${stage} AS d JOIN ${stage} AS a ON ${sameKey(plan, "a", "d")} AND a.${TURN} = 2 AND a.${START} = d.${START}`;
}

const IS_DOUBTFUL = `d.${TURN} = 1 AND ${stepOf("d")} = -1 AND ${stepOf("a")} = 1`;

export function countDoubtful(plan: ReplayPlan): string {
  return `SELECT COUNT_BIG(*) AS doubtful ${doubtful(plan)} WHERE ${IS_DOUBTFUL}`;
}

function keysOf({ key }: ReplayPlan, alias: string): string {
  return key.map((name) => `${alias}.${quoteName(name)}`).join(", ");
}

/** The arrival comes after the departure: both change their turns. */
function putAfter(plan: ReplayPlan, keys: string): string {
  return `UPDATE s SET ${TURN} = 3 - s.${TURN} FROM ${plan.stage} AS s JOIN (${keys}) AS k ON ${sameKey(plan, "k", "s")} WHERE s.${TURN} IN (1, 2)`;
}

/** Columns whose values every image has, beside the key. */
function told({ stored, key, late }: ReplayPlan): readonly string[] {
  const others = new Set([...key, ...late.map(({ name }) => name)]);
  return stored.filter((name) => !others.has(name));
}

function differ(name: string): string {
  const [a, d] = [`a.${quoteName(name)}`, `d.${quoteName(name)}`];
  return `${a} <> ${d} OR ${a} IS NULL AND ${d} IS NOT NULL OR ${a} IS NOT NULL AND ${d} IS NULL`;
}

/** What left has other values than what came: it is another row, so what came is still there. */
function putOthersAfter(plan: ReplayPlan): readonly string[] {
  const columns = told(plan);
  if (columns.length === 0) return [];
  const areOthers = columns.map(differ).join(" OR ");
  const keys = `SELECT ${keysOf(plan, "d")} ${doubtful(plan)} WHERE ${IS_DOUBTFUL} AND (${areOthers})`;
  return [putAfter(plan, keys)];
}

/**
 * Of rows that are alike, counting tells. A commit with more arrivals than departures leaves a row, one with fewer none, and
 * the others leave the key as it was; where all do, the key has a row if its first change is none that brings one, or if the
 * scan saw one.
 */
function putAlikeAfter(plan: ReplayPlan): string {
  const { stage, table, key } = plan;
  const names = key.map(quoteName).join(", ");
  const nets = `SELECT ${keysOf(plan, "e")}, e.${START} AS start, SUM(${stepOf("e")}) AS net FROM ${stage} AS e WHERE e.${TURN} IS NOT NULL GROUP BY ${keysOf(plan, "e")}, e.${START}`;
  const places = `SELECT ${names}, net, ROW_NUMBER() OVER (PARTITION BY ${names} ORDER BY start DESC) AS place FROM (${nets}) AS c WHERE net <> 0`;
  const firsts = `SELECT ${keysOf(plan, "e")}, MAX(e.${TURN}) AS turn FROM ${stage} AS e GROUP BY ${keysOf(plan, "e")}`;
  const [first = ""] = key;
  const keys = [
    `SELECT ${keysOf(plan, "d")} ${doubtful(plan)}`,
    `JOIN (${firsts}) AS g ON ${sameKey(plan, "g", "d")}`,
    `JOIN ${stage} AS f ON ${sameKey(plan, "f", "d")} AND f.${TURN} = g.turn`,
    `LEFT JOIN (${places}) AS n ON ${sameKey(plan, "n", "d")} AND n.place = 1`,
    `LEFT JOIN ${table} AS t ON ${sameKey(plan, "t", "d")}`,
    `WHERE ${IS_DOUBTFUL} AND (n.net = 1 OR n.net IS NULL AND (${stepOf("f")} <> 1 OR t.${quoteName(first)} IS NOT NULL))`,
  ];
  return putAfter(plan, keys.join(" "));
}

/** Lets rows that came to a key before another one left it come after that. Takes the turns of `numberChanges`. */
export function settleArrivals(plan: ReplayPlan): readonly string[] {
  return [...putOthersAfter(plan), putAlikeAfter(plan)];
}
