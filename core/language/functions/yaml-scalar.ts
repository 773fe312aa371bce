import { tryParseNumber } from "../values/exact-number.ts";
import { boolValue, nullValue, numberValue, stringValue, type Value } from "../values/value.ts";
import { DYNAMIC } from "../values/value-type.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const PREFIX = "tag:yaml.org,2002:";

export const YAML_TAGS = {
  string: `${PREFIX}str`,
  bool: `${PREFIX}bool`,
  int: `${PREFIX}int`,
  float: `${PREFIX}float`,
  null: `${PREFIX}null`,
  timestamp: `${PREFIX}timestamp`,
  binary: `${PREFIX}binary`,
  map: `${PREFIX}map`,
  sequence: `${PREFIX}seq`,
  merge: `${PREFIX}merge`,
} as const;

/** A scalar that stands for no value. */
export class YamlScalarError extends Error {
  override readonly name = "YamlScalarError";
}

const SCALAR_TAGS: ReadonlySet<string> = new Set([
  "",
  YAML_TAGS.string,
  YAML_TAGS.bool,
  YAML_TAGS.int,
  YAML_TAGS.float,
  YAML_TAGS.null,
  YAML_TAGS.timestamp,
  YAML_TAGS.binary,
]);

/** What a quoted text with a tag must begin with for the reference to leave it a text. */
const MAY_STAND = /^(?:$|[-+\d.~yYnNtTfFoO])/;

interface Scalar {
  readonly text: string;
  readonly tag: string;
  readonly style: "plain" | "quoted" | "block";
}

const BOOLS: ReadonlyMap<string, boolean> = new Map(
  (["y", "yes", "true", "on", "n", "no", "false", "off"] as const).flatMap((word, at) =>
    [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()].map(
      (spelling) => [spelling, at < 4] as const,
    ),
  ),
);
const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const INFINITY = /^([+-]?)\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;
const INTEGER = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/**
 * The value of a scalar by the rules of the reference implementation: the words of YAML 1.1 (`yes`, `on`, `~`), the
 * numbers of YAML 1.2 (`077` is 77, `0o77` is 63), dates as RFC 3339. Throws YamlScalarError.
 */
export function resolveYamlScalar({ text, tag, style }: Scalar): Value {
  if (!SCALAR_TAGS.has(tag)) throw new YamlScalarError(`unsupported tag ${JSON.stringify(tag)}`);
  if (tag === YAML_TAGS.string) return stringValue(text);
  if (tag === YAML_TAGS.binary) return binaryText(text, tag);
  if (tag === "" && style !== "plain") return stringValue(text);
  if (style === "quoted") return MAY_STAND.test(text) ? stringValue(text) : tagged(text, tag);
  return wordOf(text) ?? numberOrDate(text, tag) ?? tagged(text, tag);
}

function wordOf(text: string): Value | undefined {
  const bool = BOOLS.get(text);
  if (bool !== undefined) return boolValue(bool);
  if (NULLS.has(text)) return nullValue(DYNAMIC);
  const [whole, sign] = INFINITY.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return numberValue(sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

function numberOrDate(text: string, tag: string): Value | undefined {
  if (tag === "" && NAN.test(text)) {
    throw new YamlScalarError("floating point NaN is not supported");
  }
  const date = tag === "" || tag === YAML_TAGS.timestamp ? dateOf(text) : undefined;
  if (date !== undefined) return date;
  if (INTEGER.test(text)) return numberOf(text, YAML_TAGS.int);
  return FLOAT.test(text) ? numberOf(text, YAML_TAGS.float) : undefined;
}

function tagged(text: string, tag: string): Value {
  switch (tag) {
    case "":
      return stringValue(text);
    case YAML_TAGS.int:
    case YAML_TAGS.float:
      return numberOf(text, tag);
    case YAML_TAGS.null:
      return nullValue(DYNAMIC);
    default:
      throw unparsable(text, tag);
  }
}

function unparsable(text: string, tag: string): YamlScalarError {
  return new YamlScalarError(`cannot parse ${JSON.stringify(text)} as ${tag}`);
}

function numberOf(text: string, tag: string): Value {
  const plain = text.replaceAll("_", "");
  const decimal = plain.replace(/^([+-]?)\./, "$10.").replace(/\.(?=$|[eE])/, "");
  const content = tryParseNumber(decimal) ?? prefixedInteger(plain);
  if (content === undefined) throw unparsable(text, tag);
  return numberValue(content);
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

/** `0x1f`, `0o17`, `0b11`, of at most 64 bits. */
function prefixedInteger(text: string) {
  const [, sign, digits = ""] =
    /^([+-]?)(0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.exec(text) ?? [];
  if (digits === "") return undefined;
  const integer = BigInt(digits.toLowerCase()) * (sign === "-" ? -1n : 1n);
  return integer < LEAST || integer > MOST ? undefined : tryParseNumber(String(integer));
}

/** A date, or a date and a time, whose numbers may have one digit. */
const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function dateOf(text: string): Value | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = ""] = match;
  const [hour = "", minute = "", second = ""] = [0, 1, 2].map(
    (at) => match[4 + at] ?? match[8 + at] ?? "",
  );
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const time = [hour, minute, second].map((part) => part.padStart(2, "0")).join(":");
  const timestamp = parseTimestamp(`${date}T${time}${match[7] ?? "Z"}`);
  return "fault" in timestamp ? undefined : stringValue(formatTimestamp(timestamp));
}

/** Base64 stays as it is written: the language has no bytes. */
function binaryText(text: string, tag: string): Value {
  const digits = text.replaceAll(/[\r\n]/g, "");
  const isBase64 = digits.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(digits);
  if (!isBase64) throw new YamlScalarError(`${unparsable(text, tag).message}: not valid base64`);
  return stringValue(text);
}
