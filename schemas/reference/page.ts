/** The first line of every page. */
export const GENERATED =
  "<!-- Made from the schemas by npm run generate. Change schemas/blocks, not this page. -->";

/** A file to be written, by its name in the folder of the reference. */
export type Pages = ReadonlyMap<string, string>;
