import type { Address } from "../address/address.ts";
import { moveRecords } from "../apply/move-records.ts";
import { requireNoOpenJob } from "../apply/open-jobs.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { formatPattern, tryParsePattern } from "../plan/address-pattern.ts";
import { takenAddresses, takenDetail } from "../plan/left-points.ts";
import { type Renames, renamesByMove } from "../plan/moves.ts";
import { renamePoint } from "../plan/rename.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { requireNoRule } from "./require-no-rule.ts";
import { meantPattern, selectObjects } from "./select-objects.ts";

/** Both as typed: objects, blocks in all their instances, or modules. */
interface MoveRequest {
  readonly from: string;
  readonly to: string;
}

export interface StateMove {
  /** By the old addresses, in their order. */
  readonly moved: readonly { readonly from: Address; readonly to: Address }[];
  /** How many recovery points follow. */
  readonly points: number;
  /** How many points of a server or vault that is no longer recorded lie under a new address: they belong to it from now on. */
  readonly joined: number;
}

/** What `moveState` would do; changes nothing. Throws as that does. */
export async function planStateMove(request: MoveRequest, ports: Ports): Promise<StateMove> {
  await using catalog = await openProjectReader(ports);
  const { move } = await decide(request, catalog, ports);
  return move;
}

/**
 * Gives recorded objects other addresses; what refers to them, their recovery points and their jobs follow, in one write
 * under the catalog's lock. STATE_NOT_FOUND, STATE_MOVE_INVALID, STATE_MOVE_CONFLICT, APPLY_JOB_RUNNING, CATALOG_LOCKED.
 */
export async function moveState(request: MoveRequest, ports: Ports): Promise<StateMove> {
  await using catalog = await openProjectCatalog(ports);
  // What is refused leaves no trace, not even of a lock.
  await decide(request, catalog, ports);
  await using _lock = await catalog.lock("state mv");
  const { renames, move } = await decide(request, catalog, ports);
  await moveRecords(renames, { catalog, isAlive: (worker) => ports.isAlive(worker) });
  return move;
}

async function decide(request: MoveRequest, catalog: CatalogReader, ports: Ports) {
  const renames = await renamesFor(request, catalog);
  const [jobs, points] = [await catalog.jobs(), await catalog.points()];
  const isAlive: Ports["isAlive"] = (worker) => ports.isAlive(worker);
  requireNoOpenJob(new Set(renames.keys()), { jobs, points, isAlive });
  const [onto] = takenAddresses(renames, points);
  if (onto !== undefined) throw leftPoints(onto);
  return { renames, move: describeMove(renames, points) };
}

async function renamesFor({ from, to }: MoveRequest, catalog: CatalogReader): Promise<Renames> {
  const recorded = (await catalog.objects()).map(({ address }) => address);
  selectObjects(from, recorded);
  if (tryParsePattern(to) === undefined) throw noAddress(to);
  const pattern = meantPattern(from, recorded);
  const origin = pattern === undefined ? from : formatPattern(pattern);
  const renames = renamesByMove({ from: origin, to }, recorded);
  if (renames === undefined) throw unlike(origin, to);
  if (renames.size === 0) throw severalForOne(origin, to);
  if ([...renames].some(([old, now]) => old === now)) throw same(origin);
  requireNoRule(new Set(renames.keys()), "moved");
  const present = new Set(recorded);
  for (const [old, now] of renames) {
    if (present.has(now) && !renames.has(now)) throw taken(old, now);
  }
  return renames;
}

function describeMove(renames: Renames, all: readonly RecoveryPoint[]): StateMove {
  const points = all.filter(({ state }) => state === "listed");
  const ends = new Set<Address>(renames.values());
  const following = points.filter((point) => renamePoint(point, renames) !== point);
  const joined = points.filter(({ backupSet, server, vault }) =>
    [backupSet, server, vault].some((address) => ends.has(address) && !renames.has(address)),
  );
  return {
    moved: [...renames].map(([from, to]) => ({ from, to })),
    points: following.length,
    joined: joined.length,
  };
}

function noAddress(to: string): DiagnosticError {
  return invalid(
    "Not an address",
    `${to} is not an address. An address is a type and a name, or a module: backup_set.orders, module.region.`,
  );
}

function unlike(from: string, to: string): DiagnosticError {
  return invalid(
    "Impossible move",
    `${from} cannot become ${to}: an object keeps its type, and a module stays a module. Name two objects of one type, or two modules.`,
  );
}

function severalForOne(from: string, to: string): DiagnosticError {
  return invalid(
    "Several objects for one address",
    `${from} stands for instances with keys, and ${to} is one object. Name the instance that is to move, or leave the key out on both sides.`,
  );
}

function same(from: string): DiagnosticError {
  return invalid("Move to the same address", `${from} has that address already.`);
}

function invalid(summary: string, fact: string): DiagnosticError {
  const detail = `${fact} Nothing was changed.`;
  return failure({ code: "STATE_MOVE_INVALID", summary, detail });
}

function taken(from: Address, to: Address): DiagnosticError {
  return failure({
    code: "STATE_MOVE_CONFLICT",
    summary: "Two objects for one address",
    detail: `${from} would become ${to}, but the catalog has ${to} already, and the recovery points of both would be mixed. Nothing was changed. Choose another address, or move ${to} away first.`,
    address: to,
  });
}

function leftPoints(onto: Parameters<typeof takenDetail>[0]): DiagnosticError {
  return failure({
    code: "STATE_MOVE_CONFLICT",
    summary: "Address with recovery points",
    detail: takenDetail(onto),
    address: onto.to,
  });
}
