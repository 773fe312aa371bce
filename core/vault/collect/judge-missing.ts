import type { Abortable } from "../../storage/blob-store.ts";
import { PACK_PREFIX } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { VerifyProblem } from "../vault.ts";
import type { VaultAccess } from "../vault-access.ts";
import { listMarks } from "./marks.ts";

/**
 * The problems without the packs that are gone and that no point needs: a collection took them, and an index still names
 * them until the next one. And with a mark that cannot be read, because nothing can be written or collected then.
 */
export async function judgeMissing(
  access: VaultAccess,
  problems: readonly VerifyProblem[],
  options: Abortable,
): Promise<readonly VerifyProblem[]> {
  const real = problems.filter((problem) => !isCollected(problem));
  try {
    await listMarks(access, options);
    return real;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return [...real, { blob: error.blob, problem: error.problem, points: [] }];
  }
}

function isCollected({ blob, problem, points }: VerifyProblem): boolean {
  return blob.startsWith(PACK_PREFIX) && problem === "is missing" && points.length === 0;
}
