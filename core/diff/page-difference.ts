import type { Abortable } from "../kit/abortable.ts";
import type { ObjectChunk, PointReader } from "../vault/vault.ts";
import type { DataFileResult, PageEvent, PageRange } from "./page-event.ts";
import { streamEntries } from "./stream-entries.ts";

export interface StreamSides {
  readonly before: PointReader;
  readonly after: PointReader;
}

type Extent = NonNullable<ObjectChunk["extent"]>;

const EXTENT_PAGES = 8;
const FINGERPRINTS = 64;
const FINGERPRINT = FINGERPRINTS / EXTENT_PAGES;
const ALL_PAGES = 0xff;

/** Extents of one side in memory at once: 64 GiB of a database, some 120 MB. */
const MOST_EXTENTS = 1024 * 1024;

/** A part of a data file. */
interface Window {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

async function* extentsOf(reader: PointReader, options: Abortable): AsyncGenerator<Extent> {
  for await (const entries of streamEntries(reader, options)) {
    for (const { chunk } of entries) if (chunk.extent !== undefined) yield chunk.extent;
  }
}

interface FileSize {
  count: number;
  end: number;
}

async function measure(sides: StreamSides, options: Abortable) {
  const files = new Map<number, FileSize>();
  for (const reader of [sides.before, sides.after]) {
    for await (const { file, page } of extentsOf(reader, options)) {
      const known = files.get(file) ?? { count: 0, end: 0 };
      known.count += 1;
      known.end = Math.max(known.end, page + EXTENT_PAGES);
      files.set(file, known);
    }
  }
  return files;
}

/** In the order of files and pages; each group has so many extents at most. */
function groupsOf(files: ReadonlyMap<number, FileSize>, most: number): readonly Window[][] {
  const groups: Window[][] = [];
  let open: Window[] = [];
  let held = 0;
  for (const [file, { count, end }] of [...files].sort(([one], [other]) => one - other)) {
    for (let from = 0; from < end; from += most * EXTENT_PAGES) {
      const size = Math.min(count, most);
      if (open.length > 0 && held + size > most) {
        groups.push(open);
        [open, held] = [[], 0];
      }
      open.push({ file, from, to: from + most * EXTENT_PAGES });
      held += size;
    }
  }
  return open.length === 0 ? groups : [...groups, open];
}

/** What of the pages of some extents differs: a bit for each page. */
interface ExtentDifference {
  readonly change: PageRange["change"];
  readonly pages: number;
}

/** Extents of the first side, and how those of the second differ. */
class ExtentTable {
  readonly #places = new Map<number, number>();
  #fingerprints = new Uint8Array(FINGERPRINTS * 1024);
  readonly #found = new Map<number, ExtentDifference>();

  /** Where a stream has an extent twice, the last one counts. */
  add(extent: Extent): void {
    const key = keyOf(extent);
    const place = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, place);
    if ((place + 1) * FINGERPRINTS > this.#fingerprints.length) {
      const grown = new Uint8Array(this.#fingerprints.length * 2);
      grown.set(this.#fingerprints);
      this.#fingerprints = grown;
    }
    this.#fingerprints.set(extent.fingerprints, place * FINGERPRINTS);
  }

  meet(extent: Extent): void {
    const key = keyOf(extent);
    const place = this.#places.get(key);
    const pages = place === undefined ? ALL_PAGES : this.#changedPages(extent, place);
    this.#found.set(key, { change: place === undefined ? "added" : "changed", pages });
  }

  #changedPages({ fingerprints }: Extent, place: number): number {
    let changed = 0;
    for (let page = 0; page < EXTENT_PAGES; page += 1) {
      const at = page * FINGERPRINT;
      const before = place * FINGERPRINTS + at;
      const isSame =
        Buffer.compare(
          fingerprints.subarray(at, at + FINGERPRINT),
          this.#fingerprints.subarray(before, before + FINGERPRINT),
        ) === 0;
      if (!isSame) changed |= 1 << page;
    }
    return changed;
  }

  /** Of every extent, in order. */
  *differences(): Generator<readonly [key: number, ExtentDifference]> {
    const gone = [...this.#places.keys()].filter((key) => !this.#found.has(key));
    for (const key of gone) this.#found.set(key, { change: "removed", pages: ALL_PAGES });
    yield* [...this.#found].sort(([one], [other]) => one - other);
  }
}

const FILE_STEP = 2 ** 32;

function keyOf({ file, page }: Extent): number {
  return file * FILE_STEP + page;
}

/** Joins pages that follow each other, and counts. */
class RangeGatherer {
  #open: PageRange | undefined;
  readonly #ranges: PageRange[] = [];
  #result: DataFileResult | undefined;
  readonly results: DataFileResult[] = [];

  add(key: number, { change, pages }: ExtentDifference): void {
    const [file, first] = [Math.floor(key / FILE_STEP), key % FILE_STEP];
    for (let page = 0; page < EXTENT_PAGES; page += 1) {
      const differs = (pages & (1 << page)) !== 0;
      this.#count(file, differs ? change : "unchanged");
      if (differs) this.#extend({ change, file, from: first + page, to: first + page });
    }
  }

  #count(file: number, what: Exclude<keyof DataFileResult, "file">): void {
    const empty = { file, added: 0, removed: 0, changed: 0, unchanged: 0 };
    const known = this.#result?.file === file ? this.#result : this.#begin(empty);
    this.#result = { ...known, [what]: known[what] + 1 };
  }

  #begin(result: DataFileResult): DataFileResult {
    if (this.#result !== undefined) this.results.push(this.#result);
    return result;
  }

  #extend(range: PageRange): void {
    const open = this.#open;
    const isNext = open?.file === range.file && open.to + 1 === range.from;
    if (open !== undefined && isNext && open.change === range.change) {
      this.#open = { ...open, to: range.to };
      return;
    }
    if (open !== undefined) this.#ranges.push(open);
    this.#open = range;
  }

  end(): readonly PageRange[] {
    if (this.#open !== undefined) this.#ranges.push(this.#open);
    this.#open = undefined;
    if (this.#result !== undefined) this.results.push(this.#result);
    this.#result = undefined;
    return this.#ranges;
  }
}

/**
 * Tells which database pages differ between the backup files of two points of one vault, from listings alone: these have a
 * keyed fingerprint of each page, so that no page is read. Reads the listings once more for each 64 GiB of a database.
 */
export async function* pageDifferences(
  sides: StreamSides,
  { signal, most = MOST_EXTENTS }: Abortable & { readonly most?: number } = {},
): AsyncGenerator<PageEvent> {
  const files = await measure(sides, { signal });
  let open: DataFileResult | undefined;
  for (const windows of groupsOf(files, most)) {
    const { ranges, results } = gather(await compareWindows(sides, windows, { signal }));
    for (const result of results) {
      if (open !== undefined && open.file !== result.file) {
        yield { type: "data_file", result: open };
      }
      open = open?.file === result.file ? sumOf(open, result) : result;
      const own = ranges.filter(({ file }) => file === result.file);
      if (own.length > 0) yield { type: "pages", ranges: own };
    }
  }
  if (open !== undefined) yield { type: "data_file", result: open };
}

async function compareWindows(
  { before, after }: StreamSides,
  windows: readonly Window[],
  options: Abortable,
): Promise<ExtentTable> {
  const table = new ExtentTable();
  const isWanted = ({ file, page }: Extent) =>
    windows.some((window) => window.file === file && page >= window.from && page < window.to);
  for await (const extent of extentsOf(before, options)) if (isWanted(extent)) table.add(extent);
  for await (const extent of extentsOf(after, options)) if (isWanted(extent)) table.meet(extent);
  return table;
}

/** A file may be gone through in several parts. */
function sumOf(one: DataFileResult, other: DataFileResult): DataFileResult {
  return {
    file: one.file,
    added: one.added + other.added,
    removed: one.removed + other.removed,
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
  };
}

function gather(table: ExtentTable) {
  const gatherer = new RangeGatherer();
  for (const [key, difference] of table.differences()) gatherer.add(key, difference);
  return { ranges: gatherer.end(), results: gatherer.results };
}
