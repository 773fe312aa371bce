const PAGE = 8192;
const PAGES_OF_EXTENT = 8;

/** Extents of a data file that compress to next to nothing; `changed` is the number of one page that reads otherwise. */
export function smallFile(extents: number, changed = -1): readonly Buffer[] {
  return Array.from({ length: extents }, (_, extent) =>
    Buffer.concat(
      Array.from({ length: PAGES_OF_EXTENT }, (__, at) => {
        const number = extent * PAGES_OF_EXTENT + at;
        const page = Buffer.alloc(PAGE);
        page.fill(number === changed ? 200 : number + 1, 96);
        page[0] = 1;
        page.writeUInt32LE(80 + number, 32);
        page.writeUInt16LE(1, 36);
        return page;
      }),
    ),
  );
}
