import type { FunctionFault } from "./function-declaration.ts";

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const LONGEST = 2n ** 63n;

/** A number, which may begin or end with its point, and everything up to the next one: its unit. */
const PART = /(\d*)(?:\.(\d*))?([^\d.]*)/sy;

/**
 * Reads a length of time as `timeadd` takes it, such as `1h30m`, `-1.5h` or `250ms`, as nanoseconds. The units end at
 * hours, as in Go: a day is not always 24 hours long.
 */
export function parseElapsedTime(text: string): bigint | FunctionFault {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0n;
  const total = rest === "" ? undefined : sumOf(rest, JSON.stringify(text));
  if (typeof total === "object") return total;
  const isNegative = sign === "-";
  if (total === undefined || total > LONGEST || (total === LONGEST && !isNegative)) {
    return { fault: `time: invalid duration ${JSON.stringify(text)}` };
  }
  return isNegative ? -total : total;
}

/** Undefined where a part is no number. */
function sumOf(text: string, shown: string): bigint | FunctionFault | undefined {
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const [, whole = "", fraction = "", unit = ""] = PART.exec(text) ?? [];
    if (`${whole}${fraction}` === "") return undefined;
    if (unit === "") return { fault: `time: missing unit in duration ${shown}` };
    const size = NANOSECONDS[unit];
    if (size === undefined) {
      return { fault: `time: unknown unit ${JSON.stringify(unit)} in duration ${shown}` };
    }
    total += BigInt(whole) * size + fractionOf(fraction, size);
  }
  return total;
}

/** Part of a unit, rounded down to whole nanoseconds. */
function fractionOf(digits: string, size: bigint): bigint {
  return digits === "" ? 0n : (BigInt(digits) * size) / 10n ** BigInt(digits.length);
}
