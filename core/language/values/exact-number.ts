/**
 * `mantissa * 2^exponent`, the mantissa odd and of at most 512 bits: the precision of the reference
 * implementation's numbers, so that `0.1 + 0.2 == 0.3`.
 */
export interface ExactNumber {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/**
 * A number in its one normal form: a JavaScript number where it is a safe integer (never -0) or
 * infinite, an `ExactNumber` otherwise.
 */
export type NumberContent = number | ExactNumber;
