import type { Abortable } from "../kit/abortable.ts";
import { findRows, type SoughtRows, type WantedKeys } from "./find-rows.ts";
import { type Image, type ImageCell, isWhole } from "./image.ts";
import type { Fate, KeyHistory } from "./key-history.ts";
import { type ChangePart, type NetOptions, readNetChanges } from "./net-changes.ts";

/** A row, or null where there is none. */
export type StandingRow = readonly ImageCell[] | null;

export interface FoundRows {
  /** Their values are put together when they are asked for. */
  readonly rows: ReadonlyMap<string, () => StandingRow>;
  /** Not looked for to the end, because enough was found. */
  readonly left: ReadonlySet<string>;
}

/** Bytes of images that are held at once, about. */
const MOST_HELD = 24 * 1024 * 1024;

/** What changes are put upon: stored rows, and earlier changes of them. */
export class TableBase {
  readonly #rows: SoughtRows;
  readonly #earlier: readonly ChangePart[];
  readonly #how: Pick<NetOptions, "table" | "told">;

  constructor(
    rows: SoughtRows,
    earlier: readonly ChangePart[],
    how: Pick<NetOptions, "table" | "told">,
  ) {
    this.#rows = rows;
    this.#earlier = earlier;
    this.#how = how;
  }

  /** Reads all earlier changes, and of the rows only where they must be. Finds at least one of the keys. */
  async find(wanted: WantedKeys, options: Abortable): Promise<FoundRows> {
    const isWanted = (key: string) => wanted.has(key);
    const { keys, left } = await readNetChanges(this.#earlier, {
      ...this.#how,
      ...options,
      isWanted,
      most: MOST_HELD,
    });
    const isSought = (key: string) => !left.has(key) && needsFormer(keys.get(key)?.fate());
    const sought = new Map([...wanted].filter(([key]) => isSought(key)));
    const stored = await findRows(this.#rows, sought, options);
    const undone = new Set([...left, ...stored.left]);
    const rows = new Map<string, () => StandingRow>();
    for (const key of wanted.keys()) {
      if (undone.has(key)) continue;
      const former = stored.found.get(key);
      const history = keys.get(key);
      rows.set(key, () => standing(history, former?.contents() ?? null) ?? null);
    }
    return { rows, left: undone };
  }
}

/** Whether what stood there before counts. */
export function needsFormer(fate: Fate | undefined): boolean {
  if (fate === undefined || fate.kind === "row_if_before") return true;
  return fate.kind === "row" && !isWhole(fate.image);
}

/** What stands there after changes, where this stood there before; undefined where that is not known and counts. */
export function standing(
  history: KeyHistory | undefined,
  former: StandingRow | undefined,
): StandingRow | undefined {
  const fate = history?.fate();
  if (fate === undefined) return former;
  if (fate.kind === "none") return null;
  if (fate.kind === "row_if_before" && (former === undefined || former === null)) return former;
  return filled(fate.image, former);
}

/** A value that no change tells, of a row that nobody has, is NULL. */
function filled(image: Image, former: StandingRow | undefined): readonly ImageCell[] {
  const cells = image.cells();
  if (former === undefined) return cells;
  return cells.map((cell, at) =>
    cell === undefined && former !== null ? former[at] : (cell ?? null),
  );
}
