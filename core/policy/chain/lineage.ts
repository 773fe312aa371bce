import type { BackupHeader } from "./backup-header.ts";

/**
 * Parts backup sets by the database that they come from. Names do not count: two unrelated databases may bear one, and
 * their log sequence numbers then look like one chain with gaps. What counts is the family, and the fulls that sets name.
 * A set that nothing relates to another stands alone.
 */
export function partByLineage(
  headers: readonly BackupHeader[],
): readonly (readonly BackupHeader[])[] {
  const kin = new Kin();
  for (const header of headers) {
    for (const relative of relativesOf(header)) kin.relate(header.set, relative);
  }
  return [...Map.groupBy(headers, ({ set }) => kin.headOf(set)).values()];
}

function relativesOf(header: BackupHeader): readonly string[] {
  const { differentialBase, currentFull, family } = header;
  const named = [differentialBase?.set ?? null, currentFull].filter((set) => set !== null);
  return family === null ? named : [...named, `family ${family}`];
}

/** Disjoint sets of names. */
class Kin {
  readonly #parents = new Map<string, string>();

  headOf(name: string): string {
    const below: string[] = [];
    let head = name;
    for (let next = this.#parents.get(head); next !== undefined; next = this.#parents.get(head)) {
      below.push(head);
      head = next;
    }
    for (const each of below) this.#parents.set(each, head);
    return head;
  }

  relate(one: string, other: string): void {
    const head = this.headOf(one);
    const second = this.headOf(other);
    if (head !== second) this.#parents.set(head, second);
  }
}
