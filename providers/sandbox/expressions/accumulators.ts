import { compileComparison, compileHashKey } from "../values/comparison.ts";
import { powerOfTen } from "../values/decimal.ts";
import { overflow, rangeOf } from "../values/number-ranges.ts";
import type { HashKey } from "../values/scalar-comparison.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { familyOf } from "../values/type-family.ts";

/** What aggregates keep of a group, fed with values that are not NULL. */
export interface ValueAccumulator {
  add(value: SqlValue): void;
  /** May be asked for again after more values. */
  result(): SqlValue;
}

export type StartAccumulator = () => ValueAccumulator;

export function countValues(isBig: boolean): StartAccumulator {
  return () => {
    let count = 0;
    return {
      add: () => {
        count += 1;
      },
      result: () => (isBig ? BigInt(count) : count),
    };
  };
}

/** An exact sum that has to fit the result type. */
function exactSum(type: SqlType): StartAccumulator {
  const isDecimal = familyOf(type) === "decimal";
  const limit = powerOfTen(38);
  const { low, high } = rangeOf(type);
  const fits = (sum: bigint): boolean =>
    isDecimal ? sum < limit && sum > -limit : sum >= low && sum <= high;
  return () => {
    let sum: bigint | undefined;
    return {
      add: (value) => {
        sum = (sum ?? 0n) + (value as bigint);
        if (!fits(sum)) overflow("expression", type);
      },
      result: () => sum ?? null,
    };
  };
}

function integerSum(type: SqlType): StartAccumulator {
  return () => {
    let sum: number | undefined;
    return {
      add: (value) => {
        sum = (sum ?? 0) + (value as number);
        if (sum > 2_147_483_647 || sum < -2_147_483_648) overflow("expression", type);
      },
      result: () => sum ?? null,
    };
  };
}

function floatSum(): ValueAccumulator {
  let sum: number | undefined;
  return {
    add: (value) => {
      sum = (sum ?? 0) + (value as number);
    },
    result: () => sum ?? null,
  };
}

export function sumValues(type: SqlType): StartAccumulator {
  if (familyOf(type) === "float") return floatSum;
  return type.name === "int" ? integerSum(type) : exactSum(type);
}

/** Averages of integers are cut; those of decimals have the scale of the result. */
export function averageValues(source: SqlType, type: SqlType): StartAccumulator {
  const sumOf = sumValues(source.name === "int" ? { name: "bigint" } : source);
  const factor =
    familyOf(type) === "decimal" ? powerOfTen((type.scale ?? 0) - (source.scale ?? 0)) : 1n;
  return () => {
    const sum = sumOf();
    let count = 0;
    return {
      add: (value) => {
        count += 1;
        sum.add(source.name === "int" ? BigInt(value as number) : value);
      },
      result: () => {
        const total = sum.result();
        if (total === null) return null;
        if (typeof total === "number") return total / count;
        const average = ((total as bigint) * factor) / BigInt(count);
        return source.name === "int" ? Number(average) : average;
      },
    };
  };
}

export function extremeValue(type: SqlType, sign: 1 | -1): StartAccumulator {
  const compare = compileComparison(type);
  return () => {
    let best: SqlValue = null;
    return {
      add: (value) => {
        if (best === null || compare(value, best) * sign > 0) best = value;
      },
      result: () => best,
    };
  };
}

/** STDEV, STDEVP, VAR, VARP by Welford's method. */
export function spreadValues(isPopulation: boolean, isDeviation: boolean): StartAccumulator {
  return () => {
    let [count, mean, squares] = [0, 0, 0];
    return {
      add: (value) => {
        count += 1;
        const delta = (value as number) - mean;
        mean += delta / count;
        squares += delta * ((value as number) - mean);
      },
      result: () => {
        const divisor = isPopulation ? count : count - 1;
        if (divisor < 1) return null;
        const variance = squares / divisor;
        return isDeviation ? Math.sqrt(variance) : variance;
      },
    };
  };
}

/** CHECKSUM_AGG: the order of the values does not count. */
export function checksumValues(): ValueAccumulator {
  let sum: number | undefined;
  return {
    add: (value) => {
      sum = (sum ?? 0) ^ (value as number);
    },
    result: () => sum ?? null,
  };
}

/** Feeds each value once. */
export function distinctValues(type: SqlType, start: StartAccumulator): StartAccumulator {
  const hash = compileHashKey(type);
  return () => {
    const seen = new Set<HashKey>();
    const inner = start();
    return {
      add: (value) => {
        const key = hash(value);
        if (seen.has(key)) return;
        seen.add(key);
        inner.add(value);
      },
      result: () => inner.result(),
    };
  };
}
