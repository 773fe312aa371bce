import { type RepairCommand, shell } from "../drift.ts";
import { quoteWord, type SetRule } from "../subject.ts";

/** `holdfast backup backup_set.orders -type full -database shop` for each set. */
export function fullBackups(name: string, sets: readonly SetRule[]): readonly RepairCommand[] {
  return shell(
    ...sets.map(
      ({ address }) =>
        `holdfast backup ${quoteWord(address)} -type full -database ${quoteWord(name)}`,
    ),
  );
}
