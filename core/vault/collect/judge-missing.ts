import type { VerifyProblem } from "../../../schemas/vault-reports.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { PACK_PREFIX } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { listMarks } from "./marks.ts";

/**
 * The problems without the packs that are gone and that no point needs: a collection took them, and an index still names
 * them until the next one. And with marks that cannot be read, because until one is taken away backups store everything anew and nothing is collected.
 */
export async function judgeMissing(
  access: VaultAccess,
  problems: readonly VerifyProblem[],
  options: Abortable,
): Promise<readonly VerifyProblem[]> {
  const { unreadable } = await listMarks(access, options);
  const marks = unreadable.map(({ damage: { blob, problem } }) => ({ blob, problem, points: [] }));
  return [...problems.filter((problem) => !isCollected(problem)), ...marks];
}

function isCollected({ blob, problem, points }: VerifyProblem): boolean {
  return blob.startsWith(PACK_PREFIX) && problem === "is missing" && points.length === 0;
}
