import type { JobRecord } from "../catalog/job.ts";
import type { PlanOptions } from "../plan/plan.ts";
import type { PreparedSides } from "../plan/prepare.ts";
import type { ReadingPorts } from "./ports.ts";

/** Jobs that enabled change data capture, newest first, where a plan lets a backup set leave: else nobody asks for them. */
export async function enablingJobs(
  { recorded, desired }: PreparedSides["selected"],
  { path, options }: { readonly path: string; readonly options: Pick<PlanOptions, "destroy"> },
  ports: Pick<ReadingPorts, "catalogs">,
): Promise<readonly JobRecord[]> {
  const leaves = recorded
    .values()
    .some(
      ({ type, address }) => type === "backup_set" && (options.destroy || !desired.has(address)),
    );
  if (!leaves) return [];
  await using catalog = await ports.catalogs.openReader(path);
  return (await catalog.jobs()).filter(({ captures }) => captures !== undefined);
}
