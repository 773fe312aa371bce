import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import { formatKey } from "../address/instance-key.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Configuration, DatabaseMove } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Observations } from "./observed.ts";
import type { DatabaseRename, PlanOptions } from "./plan.ts";
import type { PreparedSides } from "./prepare.ts";

/*
 * A database that was renamed on its server keeps its recovery points: a `moved` block says so, since nothing else can
 * tell a rename from one database that was dropped and another that was made. Manifests keep the name of their time.
 * Case is ignored, as SQL Server's usual collations do.
 */

interface RenameInput {
  readonly configuration: Pick<Configuration, "databaseMoves">;
  readonly prepared: Pick<PreparedSides, "all" | "selected" | "renames">;
  readonly options: Pick<PlanOptions, "destroy" | "refreshOnly">;
  /** Of every state, with the addresses that hold once the plan is applied. */
  readonly points: readonly RecoveryPoint[];
  readonly observed: Observations;
  /** What was accepted of servers, under the addresses that are recorded [nothing]. */
  readonly accepted?: ReadonlyMap<Address, ObservedFacts> | undefined;
}

interface RenameOutcome {
  readonly renames: readonly DatabaseRename[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The servers that must say whether a database still has its old name: those with points under one. */
export function serversToConfirm({
  configuration,
  prepared,
  options,
  points,
}: Omit<RenameInput, "observed" | "accepted">): readonly Address[] {
  if (options.destroy || options.refreshOnly) return [];
  const open = (configuration.databaseMoves ?? []).filter(
    (move) => prepared.selected.desired.has(move.server) && followers(move, points).length > 0,
  );
  return [...new Set(open.map(({ server }) => server))];
}

/** The renames that this plan carries out: what no point is left for is done. */
export function databaseRenames(input: RenameInput): RenameOutcome {
  const { configuration, prepared, options, points, observed } = input;
  const moves = configuration.databaseMoves ?? [];
  if (moves.length === 0 || options.destroy || options.refreshOnly) return NOTHING;
  const statements = checkStatements(moves, prepared);
  if (statements.length > 0) return { renames: [], diagnostics: statements };
  const open = moves.filter(
    (move) => prepared.selected.desired.has(move.server) && followers(move, points).length > 0,
  );
  const accepted = new Map(
    [...(input.accepted ?? [])].map(([server, facts]) => [
      prepared.renames.get(server) ?? server,
      facts,
    ]),
  );
  const judged = open.map((move) => judge(move, { moves, points, observed, accepted }));
  return {
    renames: judged.flatMap(({ rename }) => rename ?? []),
    diagnostics: judged.flatMap(({ diagnostic }) => diagnostic ?? []),
  };
}

const NOTHING: RenameOutcome = { renames: [], diagnostics: [] };

/** The same point where none of the renames is about it. */
export function renameDatabase(
  point: RecoveryPoint,
  renames: readonly Pick<DatabaseRename, "server" | "from" | "to">[],
): RecoveryPoint {
  const found = renames.find(
    ({ server, from }) => point.server === server && isSame(point.database, from),
  );
  if (found === undefined || found.to === point.database) return point;
  return { ...point, database: found.to };
}

/** What each name became in the end, for points whose server cannot be asked any more. */
export function settledRenames(
  moves: readonly DatabaseMove[],
): readonly Pick<DatabaseRename, "server" | "from" | "to">[] {
  return moves.map((move) => ({ ...move, to: endOf(move, moves) }));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function followers(
  { server, from, to }: DatabaseMove,
  points: readonly RecoveryPoint[],
): readonly RecoveryPoint[] {
  return points.filter(
    (point) => point.server === server && isSame(point.database, from) && point.database !== to,
  );
}

/** Through all the names that it had since. */
function endOf(move: DatabaseMove, moves: readonly DatabaseMove[]): string {
  const seen = new Set<DatabaseMove>();
  let current = move;
  for (;;) {
    seen.add(current);
    const { server, to } = current;
    const next = moves.find(
      (each) => each.server === server && isSame(each.from, to) && !seen.has(each),
    );
    if (next === undefined) return to;
    current = next;
  }
}

interface Judgement {
  readonly rename?: DatabaseRename | undefined;
  readonly diagnostic?: Diagnostic | undefined;
}

function judge(
  move: DatabaseMove,
  {
    moves,
    points,
    observed,
    accepted,
  }: Pick<RenameInput, "points" | "observed" | "accepted"> & {
    readonly moves: readonly DatabaseMove[];
  },
): Judgement {
  const { server, from } = move;
  const to = endOf(move, moves);
  const said = observed.get(server);
  if (said === undefined) return { diagnostic: notAsked(move) };
  // That it could not be asked is told by itself.
  if (said.status === "failed") return {};
  const has = (name: string) => said.databases.some((each) => isSame(each.name, name));
  if (!isSame(from, to) && has(from)) return { diagnostic: stillThere(move) };
  if (!has(to)) return { diagnostic: notThere(move, to) };
  const was = accepted?.get(server)?.databases.find((each) => isSame(each.name, from));
  const now = said.databases.find((each) => isSame(each.name, to));
  if (isOther(was, now)) return { diagnostic: otherDatabase(move, to) };
  const following = followers(move, points);
  const rivals = points.filter(
    (point) => point.server === server && isSame(point.database, to) && !following.includes(point),
  );
  if (overlaps(following, rivals)) return { diagnostic: sideBySide(move, to) };
  const listed = following.filter(isPresent).length;
  return { rename: { server, from, to, points: listed } };
}

/** A database keeps its family, whatever it is called; without one nobody can tell. */
function isOther(
  was: { readonly familyGuid: string | null } | undefined,
  now: { readonly familyGuid: string | null } | undefined,
): boolean {
  const [one, other] = [was?.familyGuid ?? null, now?.familyGuid ?? null];
  return one !== null && other !== null && one !== other;
}

/** A database that only got another name has no backup under the old one after the first under the new one. */
function overlaps(older: readonly RecoveryPoint[], newer: readonly RecoveryPoint[]): boolean {
  const last = Math.max(...older.map(({ startedAt }) => startedAt));
  return newer.some(({ startedAt }) => startedAt <= last);
}

function checkStatements(
  moves: readonly DatabaseMove[],
  { all }: Pick<PreparedSides, "all">,
): readonly Diagnostic[] {
  const lost = moves.filter(({ server }) => !all.desired.has(server)).map(unknownServer);
  const twice = [
    ...Map.groupBy(moves, ({ server, from }) => `${server}\n${from.toLowerCase()}`).values(),
    ...Map.groupBy(moves, ({ server, to }) => `${server}\n${to.toLowerCase()}`).values(),
  ].flatMap(([, second]) => (second === undefined ? [] : [ambiguous(second)]));
  const circles = moves.filter(
    (move) => !isSame(move.from, move.to) && isSame(endOf(move, moves), move.from),
  );
  return [...lost, ...twice, ...circles.slice(0, 1).map(circle)];
}

/** `server.orders.database["Old"]`. */
export function formatDatabase(server: Address, name: string): string {
  return `${server}.database${formatKey(name)}`;
}

function invalid(
  code: "PLAN_MOVE_INVALID" | "PLAN_MOVE_CONFLICT" | "PLAN_MOVE_CYCLE" | "PLAN_MOVE_NOT_CHECKED",
  { server, range }: DatabaseMove,
  { summary, detail }: Pick<Diagnostic, "summary" | "detail">,
): Diagnostic {
  return errorDiagnostic({ code, summary, detail, address: server, subject: range });
}

function unknownServer(move: DatabaseMove): Diagnostic {
  return invalid("PLAN_MOVE_INVALID", move, {
    summary: "Moved database without a server",
    detail: `This block is about a database of ${move.server}, and the configuration has no such server. Correct the address, or remove the block.`,
  });
}

function ambiguous(move: DatabaseMove): Diagnostic {
  return invalid("PLAN_MOVE_CONFLICT", move, {
    summary: "Ambiguous moves",
    detail: `Another block moves ${formatDatabase(move.server, move.from)} too, or another database to ${formatDatabase(move.server, move.to)}: a database has one name. Remove one of the two blocks.`,
  });
}

function circle(move: DatabaseMove): Diagnostic {
  return invalid("PLAN_MOVE_CYCLE", move, {
    summary: "Moves in a circle",
    detail: `The moved blocks of ${move.server} lead from ${move.from} back to ${move.from}, so nobody can tell what the database is called. Remove the block that is out of date.`,
  });
}

function notAsked(move: DatabaseMove): Diagnostic {
  return invalid("PLAN_MOVE_NOT_CHECKED", move, {
    summary: "Moved database not looked at",
    detail: `Recovery points of ${formatDatabase(move.server, move.from)} are to get another name, and nobody asked the server whether it has a database of the old one. Nothing was planned. Plan without -refresh=false.`,
  });
}

function stillThere(move: DatabaseMove): Diagnostic {
  return invalid("PLAN_MOVE_INVALID", move, {
    summary: "Moved database still exists",
    detail: `This block says that ${move.from} is called ${move.to} now, but ${move.server} has a database ${move.from}: its recovery points would be mixed with those of another one. If the name was given to a new database since, remove the block; what it did stays done.`,
  });
}

function notThere(move: DatabaseMove, to: string): Diagnostic {
  return invalid("PLAN_MOVE_INVALID", move, {
    summary: "Moved database not found",
    detail: `This block says that ${move.from} is called ${to} now, but ${move.server} has no database ${to} that the login can see. Correct the name, or grant the login the right to see it.`,
  });
}

function otherDatabase(move: DatabaseMove, to: string): Diagnostic {
  return invalid("PLAN_MOVE_CONFLICT", move, {
    summary: "Two databases for one name",
    detail: `This block says that ${move.from} is called ${to} now, but ${to} on ${move.server} is another database than ${move.from} was: it is of another family. Nothing was planned. Remove the block; if ${move.from} was made anew before it got the other name, accept that first:\n\n    holdfast apply -refresh-only`,
  });
}

function sideBySide(move: DatabaseMove, to: string): Diagnostic {
  return invalid("PLAN_MOVE_CONFLICT", move, {
    summary: "Two databases for one name",
    detail: `This block says that ${move.from} is called ${to} now, but both were backed up at the same time, so they are two databases, and their recovery points would be mixed. Nothing was planned. Remove the block.`,
  });
}
