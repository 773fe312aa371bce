import {
  divideRounded,
  formatDecimal,
  rescale,
  type ScaledNumber,
  tryParseDecimal,
} from "./decimal.ts";

/** Numbers as text, in the styles of CONVERT. */

const CURRENCY = /^[$¢£¤¥৲৳฿៛₠-₿﷼﹩＄￠￡￥￦]/u;
const FLOAT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?\s*$/;

/** As C's %e with an exponent of three digits: `1.5000000e+000`. */
function formatScientific(value: number, digits: number): string {
  const [mantissa = "", exponent = "+0"] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return `${sign}${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(3, "0")}`;
}

/** As C's %g with six digits: plain between 1e-4 and 1e6, trailing zeros cut. */
function formatGeneral(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const scientific = formatScientific(value, 6);
  const exponent = Number(scientific.slice(scientific.indexOf("e") + 1));
  if (exponent < -4 || exponent >= 6) {
    const [mantissa = "", tail = ""] = scientific.split("e");
    return `${trimZeros(mantissa)}e${tail}`;
  }
  return trimZeros(value.toFixed(Math.max(0, 5 - exponent)));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Styles 0 (six digits), 1 (eight), 2 (sixteen) and 3 (lossless: 17, for real 9); undefined for any other. */
export function formatFloat(value: number, style: number, isReal: boolean): string | undefined {
  switch (style) {
    case 0:
      return formatGeneral(value);
    case 1:
      return formatScientific(value, 8);
    case 2:
      return formatScientific(value, 16);
    case 3:
      return formatScientific(value, isReal ? 9 : 17);
    case 126:
    case 128:
    case 129:
      return formatScientific(value, isReal ? 8 : 16);
    default:
      return undefined;
  }
}

/** Styles 0 (two digits), 1 (two digits, commas), 2 and 126 (four digits); undefined for any other. */
export function formatMoney(value: bigint, style: number): string | undefined {
  switch (style) {
    case 0:
      return formatDecimal(divideRounded(value, 100n), 2);
    case 1:
      return formatDecimal(divideRounded(value, 100n), 2).replace(/\B(?=(\d{3})+(?=\.))/g, ",");
    case 2:
    case 126:
      return formatDecimal(value, 4);
    default:
      return undefined;
  }
}

/** Ten-thousandths. Takes a sign before or behind a currency sign, and commas anywhere among the whole digits. */
export function tryParseMoney(text: string): bigint | undefined {
  let rest = text.trim();
  if (rest === "") return 0n;
  let negative = false;
  for (let symbols = 0; symbols < 2; symbols += 1) {
    if (/^[+-]/.test(rest)) {
      negative ||= rest.startsWith("-");
      rest = rest.slice(1).trimStart();
    }
    if (CURRENCY.test(rest)) rest = rest.slice(1).trimStart();
  }
  const [whole = "", ...fraction] = rest.split(".");
  const plain = [whole.replaceAll(",", ""), ...fraction].join(".");
  if (/^[+-]/.test(plain)) return undefined;
  const parsed: ScaledNumber | undefined =
    plain === "" || plain === "." ? { value: 0n, scale: 0 } : tryParseDecimal(plain);
  if (parsed === undefined) return undefined;
  const value = rescale(parsed.value, parsed.scale, 4);
  return negative ? -value : value;
}

/** Undefined when the text is no number. The result may be infinite. */
export function tryParseFloat(text: string): number | undefined {
  if (text.trim() === "") return 0;
  return FLOAT.test(text) ? Number(text.trim().replace(/[dD]/, "e")) : undefined;
}
