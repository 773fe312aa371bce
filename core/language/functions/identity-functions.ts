import { createHash } from "node:crypto";
import { stringValue, type Value } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import { numberParameter, readInteger, stringParameter, textOf } from "./parameter.ts";
import { quoteText } from "./shown-argument.ts";

/** RFC 9562, section 6.6. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ["dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"],
  ["url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"],
  ["oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"],
  ["x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"],
]);

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const URN = "urn:uuid:";

/** The bytes of a UUID in any of its four spellings: plain, without hyphens, in braces, as a URN. */
function readUuid(text: string): { readonly bytes: Uint8Array } | FunctionFault {
  const { length } = Buffer.from(text);
  let plain = text;
  if (length === 45) {
    if (text.slice(0, 9).toLowerCase() !== URN) {
      return { fault: `invalid urn prefix: ${quoteText(text.slice(0, 9))}` };
    }
    plain = text.slice(9);
  } else if (length === 38) plain = text.slice(1, -1);
  else if (length === 32) {
    return /^[0-9a-f]{32}$/i.test(text) ? { bytes: Buffer.from(text, "hex") } : INVALID_FORMAT;
  } else if (length !== 36) return { fault: `invalid UUID length: ${length}` };
  if (!HYPHENATED.test(plain)) return INVALID_FORMAT;
  return { bytes: Buffer.from(plain.replaceAll("-", ""), "hex") };
}

const INVALID_FORMAT: FunctionFault = { fault: "invalid UUID format" };

function formatUuid(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

const uuidv5: EagerFunction = {
  kind: "eager",
  name: "uuidv5",
  parameters: [stringParameter("namespace"), stringParameter("name")],
  returns: STRING,
  neverNull: true,
  call([namespace, name]) {
    const text = textOf(namespace);
    const read = readUuid(NAMESPACES.get(text) ?? text);
    if ("fault" in read) {
      return { fault: `uuidv5() doesn't support namespace ${text} (${read.fault})` };
    }
    const bytes = createHash("sha1").update(read.bytes).update(textOf(name)).digest();
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return stringValue(formatUuid(bytes));
  },
};

const DEFAULT_COST = 10;
const LEAST_COST = 4;
const GREATEST_COST = 31;

/** Each step doubles the time; at 18 a hash takes about half a minute. */
const GREATEST_PATIENT_COST = 18;
const LONGEST_PASSWORD = 72;

function bcrypt(environment: FunctionEnvironment): EagerFunction {
  return {
    kind: "eager",
    name: "bcrypt",
    parameters: [stringParameter("str")],
    rest: numberParameter("cost"),
    returns: STRING,
    neverNull: true,
    call([text, given, ...more]) {
      const cost = readCost(given);
      if ("fault" in cost) return cost;
      if (more.length > 0) return { fault: "bcrypt() takes no more than two arguments" };
      if (Buffer.byteLength(textOf(text)) > LONGEST_PASSWORD) {
        return {
          fault: "error occurred generating password bcrypt: password length exceeds 72 bytes",
        };
      }
      const { encodeBase64, hashSync } = environment.packages.bcrypt();
      const salt = encodeBase64(environment.randomBytes(16), 16);
      const rounds = String(cost.integer).padStart(2, "0");
      return stringValue(hashSync(textOf(text), `$2a$${rounds}$${salt}`));
    },
  };
}

function readCost(value: Value | undefined): { readonly integer: number } | FunctionFault {
  if (value === undefined) return { integer: DEFAULT_COST };
  const read = readInteger(value);
  if ("fault" in read) return read;
  if (read.integer > GREATEST_COST) {
    return {
      fault: `error occurred generating password crypto/bcrypt: cost ${read.integer} is outside allowed inclusive range ${LEAST_COST}..${GREATEST_COST}`,
    };
  }
  if (read.integer > GREATEST_PATIENT_COST) {
    return {
      fault: `a cost above ${GREATEST_PATIENT_COST} takes minutes and more for each hash; use a smaller one`,
    };
  }
  return read.integer < LEAST_COST ? { integer: DEFAULT_COST } : read;
}

/** `uuid` sets no version, as in Terraform: all 128 bits are random. */
export function identityFunctions(environment: FunctionEnvironment): readonly EagerFunction[] {
  return [
    {
      kind: "eager",
      name: "uuid",
      parameters: [],
      returns: STRING,
      neverNull: true,
      call: () => stringValue(formatUuid(environment.randomBytes(16))),
    },
    uuidv5,
    bcrypt(environment),
  ];
}
