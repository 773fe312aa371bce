import { tryParseDuration } from "../../kit/duration.ts";
import { isWholeNumber, numberFromDouble, tryParseNumber } from "../values/exact-number.ts";
import { divideNumbers, multiplyNumbers } from "../values/number-arithmetic.ts";
import { numberValue } from "../values/value.ts";
import { NUMBER } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { stringParameter, textOf } from "./parameter.ts";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};

const QUANTITY = /^(\d+(?:\.\d+)?) ?([KMGTP]i?B|B)$/;

/** Holdfast's own functions for lengths of time and sizes. */
export const QUANTITY_FUNCTIONS: readonly EagerFunction[] = [
  {
    kind: "eager",
    name: "duration",
    parameters: [stringParameter("text")],
    returns: NUMBER,
    neverNull: true,
    /** Seconds. */
    call([text]) {
      const milliseconds = tryParseDuration(textOf(text));
      const seconds =
        milliseconds === undefined || !Number.isFinite(milliseconds)
          ? undefined
          : divideNumbers(numberFromDouble(milliseconds), 1000);
      if (seconds !== undefined) return numberValue(seconds);
      return { fault: 'a duration such as "30m", "1h30m" or "7d" is required', argument: 0 };
    },
  },
  {
    kind: "eager",
    name: "bytes",
    parameters: [stringParameter("text")],
    returns: NUMBER,
    neverNull: true,
    /** Bytes; `KB` counts by 1000, `KiB` by 1024. */
    call([text]) {
      const [, amount = "", unit = ""] = QUANTITY.exec(textOf(text)) ?? [];
      const factor = UNITS[unit];
      const number = tryParseNumber(amount);
      const size =
        factor === undefined || number === undefined ? undefined : multiplyNumbers(number, factor);
      if (size !== undefined && isWholeNumber(size)) return numberValue(size);
      return {
        fault: 'a size in whole bytes such as "512 MiB" or "1.5 GB" is required',
        argument: 0,
      };
    },
  },
];
