import fc from "fast-check";

const LAST = 0x10_ffff;
const SURROGATES = { first: 0xd800, count: 0x800 };

const character = fc
  .oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: LAST - SURROGATES.count }))
  .map((place) =>
    String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count),
  );

/**
 * Texts of any characters. As fast-check's unit "binary", whose first use makes a table of a million characters: that takes nearly
 * a second of a process.
 */
export function anyText(
  length: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ ...length, unit: character });
}
