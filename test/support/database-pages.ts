import { seededBytes } from "./vault.ts";

/** Pages of a data file with the headers that SQL Server writes and bytes that look random, from page `first` on. */
export function databasePages(
  seed: string,
  { first, count }: { readonly first: number; readonly count: number },
): Buffer {
  const random = seededBytes(seed);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const page = Buffer.from(random(8192));
      page.fill(0, 0, 96);
      page[0] = 1;
      page.writeUInt32LE(first + index, 32);
      page.writeUInt16LE(1, 36);
      return page;
    }),
  );
}
