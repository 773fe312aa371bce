import type { CatalogReader } from "../catalog/catalog.ts";
import type { EventHost } from "../events/host.ts";
import type { Instant } from "../kit/clock.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { suspectDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";

/** POINT_SUSPECT for each point of a job that a tripwire made suspect. */
export async function tellSuspects(
  catalog: CatalogReader,
  { job, at, host }: { readonly job: string; readonly at: Instant; readonly host: EventHost },
): Promise<void> {
  const points = await catalog.points();
  const own = new Set(points.filter((point) => point.job === job).map(({ id }) => id));
  for (const freeze of freezesOf(points, at).values()) {
    for (const suspect of freeze.suspects.filter(({ id }) => own.has(id))) {
      host.emit({ type: "diagnostic", diagnostic: suspectDiagnostic(suspect, freeze) });
    }
  }
}
