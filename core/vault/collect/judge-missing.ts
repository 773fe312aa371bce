import type { Abortable } from "../../storage/blob-store.ts";
import { packName } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { VerifyProblem } from "../vault.ts";
import type { VaultAccess } from "../vault-access.ts";
import { listMarks, packsOf } from "./marks.ts";

/** The problems without the packs that a collection has removed and not yet taken out of the indexes; and with a mark that cannot be read. */
export async function judgeMissing(
  access: VaultAccess,
  problems: readonly VerifyProblem[],
  options: Abortable,
): Promise<readonly VerifyProblem[]> {
  try {
    const marked = packsOf(await listMarks(access, options));
    const names = new Set<string>([...marked].map(packName));
    return problems.filter(({ blob, points }) => points.length > 0 || !names.has(blob));
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return [...problems, { blob: error.blob, problem: error.problem, points: [] }];
  }
}
