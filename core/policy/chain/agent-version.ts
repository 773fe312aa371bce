/** The first agent that can take differentials through the virtual device interface (B-30, B-39). */
export const FIRST_WITH_VDI = "4.9.4-110537";

/**
 * Whether an agent's version (`4.9.4-110537`: three numbers and a build) is `least` or a later one. Throws RangeError for
 * what is no version.
 */
export function isVersionAtLeast(version: string, least: string): boolean {
  const wanted = parseVersion(least);
  const differences = parseVersion(version).map((part, at) => part - (wanted[at] ?? 0));
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0;
}

function parseVersion(version: string): readonly number[] {
  if (!/^\d+\.\d+\.\d+(-\d+)?$/.test(version)) throw new RangeError(`not a version: ${version}`);
  const parts = version.split(/[.-]/).map(Number);
  return parts.length === 3 ? [...parts, 0] : parts;
}
