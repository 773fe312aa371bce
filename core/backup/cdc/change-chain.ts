import type { Address } from "../../address/address.ts";
import type { RecoveryPoint } from "../../catalog/recovery-point.ts";
import type { ChangePlace } from "../../kit/change-place.ts";
import type { Instant } from "../../kit/clock.ts";

export interface ChainOwner {
  readonly backupSet: Address;
  readonly server: Address;
  readonly vault: Address;
  readonly database: string;
}

type Link = RecoveryPoint & { readonly changes: ChangePlace };

/** What the next changes are taken after. */
export interface ChangeChain {
  readonly tip: Link;
  /** When the scan of the full ended: only beyond it is the chain of one moment. */
  readonly scanEnd: Instant;
}

function isLink(point: RecoveryPoint): point is Link {
  return point.method === "cdc" && point.changes !== undefined;
}

function isOf(point: RecoveryPoint, { backupSet, database }: ChainOwner): boolean {
  return point.backupSet === backupSet && point.database === database;
}

/** Undefined where there is no listed point in that vault that leads to its full without a gap. */
export function findChain(
  points: readonly RecoveryPoint[],
  owner: ChainOwner,
): ChangeChain | undefined {
  const own = points.filter(
    (point) =>
      isOf(point, owner) &&
      point.state === "listed" &&
      point.vault === owner.vault &&
      point.server === owner.server,
  );
  const links = own.filter(isLink);
  const tip = furthestOf(links);
  if (tip === undefined) return undefined;
  const byId = new Map(links.map((point) => [point.id, point]));
  let link: Link | undefined = tip;
  while (link !== undefined && link.base !== null) link = byId.get(link.base);
  if (link?.type !== "full") return undefined;
  return { tip, scanEnd: link.changes.reachedAt };
}

/** Of one history the numbers tell which is the last, also where a clock was set back; of two, only the dates do. */
function furthestOf(links: readonly Link[]): Link | undefined {
  const byDate = links.toSorted(newestFirst);
  const identity = byDate[0]?.changes.identity;
  const own = byDate.filter(({ changes }) => changes.identity === identity);
  return own.reduce<Link | undefined>(
    (last, link) =>
      last === undefined || link.changes.reached > last.changes.reached ? link : last,
    undefined,
  );
}

function newestFirst(a: Link, b: Link): number {
  return (b.createdAt ?? 0) - (a.createdAt ?? 0) || b.startedAt - a.startedAt;
}

/** Whether there ever was a point of the method that is still known. */
export function hasChainPoints(points: readonly RecoveryPoint[], owner: ChainOwner): boolean {
  return points.some((point) => isOf(point, owner) && isLink(point) && point.state !== "pending");
}

/**
 * Up to where all backup sets have the changes of a database in their vaults, now that the owner's are there up to `stored`:
 * nobody needs what came before.
 */
export function storedByAll(
  points: readonly RecoveryPoint[],
  { backupSet, server, database }: ChainOwner,
  stored: ChangePlace,
): string {
  const links = points.filter(
    (point): point is Link =>
      isLink(point) &&
      point.state === "listed" &&
      point.backupSet !== backupSet &&
      point.server === server &&
      point.database === database &&
      point.changes.identity === stored.identity,
  );
  const others = Map.groupBy(links, (point) => point.backupSet)
    .values()
    .map((own) => own.toSorted(newestFirst)[0]?.changes.reached ?? stored.reached);
  return [...others].reduce(
    (least, reached) => (reached < least ? reached : least),
    stored.reached,
  );
}
