import { Aligner, alignBatches, type Keyed, type Pair } from "./aligner.ts";
import type { RowUnit } from "./row-units.ts";

/** Units between two places at which both tables are equal. Rows in it have partners in it only. */
export interface Stretch {
  readonly before: readonly RowUnit[];
  readonly after: readonly RowUnit[];
}

type Units = AsyncIterable<readonly RowUnit[]>;

interface KeyedUnit extends Keyed {
  readonly unit: RowUnit;
}

/** How many units of stretches are given at once at least, so that they are read without waiting in between. */
const AT_ONCE = 4096;

/** Gathers what lies between two meetings. */
class Stretches {
  #open: { before: RowUnit[]; after: RowUnit[] } = { before: [], after: [] };
  #ready: Stretch[] = [];
  units = 0;

  add({ before, after }: Pair<KeyedUnit>): void {
    if (before !== undefined && after !== undefined) this.#close();
    else if (before !== undefined) this.#open.before.push(before.unit);
    else if (after !== undefined) this.#open.after.push(after.unit);
  }

  #close(): void {
    const units = this.#open.before.length + this.#open.after.length;
    if (units === 0) return;
    this.#ready.push(this.#open);
    this.#open = { before: [], after: [] };
    this.units += units;
  }

  takeReady(): readonly Stretch[] {
    const ready = this.#ready;
    this.#ready = [];
    this.units = 0;
    return ready;
  }

  takeAll(): readonly Stretch[] {
    this.#close();
    return this.takeReady();
  }
}

async function* keyed(batches: Units): AsyncGenerator<readonly KeyedUnit[]> {
  for await (const units of batches) {
    yield units.map((unit) => ({ key: unit.id, weight: 1, unit }));
  }
}

/** The stretches in which two tables that are sorted alike differ, some at once. */
export async function* differingStretches(
  before: Units,
  after: Units,
): AsyncGenerator<readonly Stretch[]> {
  const stretches = new Stretches();
  const aligner = new Aligner<KeyedUnit>();
  const batches = { before: keyed(before), after: keyed(after) };
  for await (const pairs of alignBatches(aligner, batches)) {
    for (const pair of pairs) stretches.add(pair);
    if (stretches.units >= AT_ONCE) yield stretches.takeReady();
  }
  yield stretches.takeAll();
}

/** All units that are not in both, whatever their order; holds a small entry for each unit of a table. */
export async function unitsWithoutPartner(before: Units, after: Units): Promise<Stretch> {
  const left = new Map<string, RowUnit[]>();
  for await (const units of before) {
    for (const unit of units) {
      const equal = left.get(unit.id);
      if (equal === undefined) left.set(unit.id, [unit]);
      else equal.push(unit);
    }
  }
  const only: RowUnit[] = [];
  for await (const units of after) {
    for (const unit of units) {
      if (left.get(unit.id)?.pop() === undefined) only.push(unit);
    }
  }
  return { before: [...left.values()].flat(), after: only };
}
