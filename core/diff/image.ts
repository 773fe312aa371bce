import type { RowFormat } from "../resource/row-format.ts";
import { type CellContent, cutContent, type DiffRow } from "./diff-row.ts";
import { areEqualCells } from "./row-comparison.ts";

/** Undefined where a change leaves a value out that it did not touch. */
export type ImageCell = CellContent | null | undefined;

/** A row as a change tells it, in the columns of the table's rows. */
export interface Image {
  /** Bytes of memory, about. */
  readonly weight: number;
  readonly cells: () => readonly ImageCell[];
}

/** What an image and its place in a map cost besides the bytes of its row. */
export const IMAGE_OVERHEAD = 500;

/** A row that has all of its values; `columns`: those of the table, by their numbers in the format. */
export function wholeImage(
  bytes: Uint8Array,
  { format, columns }: { readonly format: RowFormat; readonly columns: readonly number[] },
): Image {
  const cells = () => {
    const contents = format.contents(bytes, 0);
    return columns.map((column) => cutContent(contents[column] ?? null));
  };
  return { weight: bytes.length + IMAGE_OVERHEAD, cells };
}

export function imageOf(cells: readonly ImageCell[]): Image {
  const bytes = cells.reduce((sum, cell) => sum + (cell?.bytes.length ?? 0) + 48, 0);
  return { weight: bytes + IMAGE_OVERHEAD, cells: () => cells };
}

export function isWhole({ cells }: Image): boolean {
  return cells().every((cell) => cell !== undefined);
}

/** With the values of the row before where it leaves them out. */
export function filledFrom(image: Image, before: readonly ImageCell[] | undefined): Image {
  if (before === undefined) return image;
  const cells = image.cells();
  if (cells.every((cell) => cell !== undefined)) return image;
  return imageOf(cells.map((cell, at) => (cell === undefined ? before[at] : cell)));
}

/** Whether those columns have equal values; they must be told. */
export function areAlike(one: Image, other: Image, columns: readonly number[]): boolean {
  const [left, right] = [one.cells(), other.cells()];
  return columns.every((at) => areEqualCells(left[at] ?? null, right[at] ?? null));
}

/** Stands for a value that both sides leave out, so that it is the same; never shown. */
const UNTOLD: CellContent = { bytes: new Uint8Array(), length: -1, digest: null };

/** A row that is put together from images. */
export function rowOfCells(key: string, cells: readonly ImageCell[]): DiffRow {
  const contents = cells.map((cell) => (cell === undefined ? UNTOLD : cell));
  const { weight } = imageOf(cells);
  const row: DiffRow = {
    key,
    weight,
    bytes: undefined,
    contents: () => contents,
    detached: () => row,
  };
  return row;
}
