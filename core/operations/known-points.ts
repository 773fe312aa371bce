import type { KnownPoints } from "../../schemas/point-listing.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import { findAddress } from "./find-address.ts";
import type { PointsRequest } from "./list-points.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** Tells why nothing is listed at an instant. */
export async function knownPoints(
  { backupSet }: Pick<PointsRequest, "backupSet">,
  ports: Ports,
): Promise<KnownPoints> {
  await using catalog = await openProjectReader(ports);
  const listed = (await catalog.points()).filter(isListed);
  const resources = new ResourceLookup(await catalog.objects());
  const names = [...resources.all("backup_set"), ...listed.map((point) => point.backupSet)];
  const wanted = backupSet === undefined ? undefined : findAddress(backupSet, "backup_set", names);
  const asked = listed.filter((point) => backupSet === undefined || point.backupSet === wanted);
  const [oldest] = asked.toSorted((a, b) => a.createdAt - b.createdAt);
  return {
    asked: asked.length,
    oldest: oldest === undefined ? null : formatInZone(oldest.createdAt, zoneOf(oldest, resources)),
    all: listed.length,
  };
}

type Listed = RecoveryPoint & { readonly createdAt: Instant };

function isListed(point: RecoveryPoint): point is Listed {
  return point.state === "listed" && point.createdAt !== null;
}

function zoneOf({ backupSet }: RecoveryPoint, resources: ResourceLookup): string {
  const rule = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  return rule?.displayZone ?? "UTC";
}
