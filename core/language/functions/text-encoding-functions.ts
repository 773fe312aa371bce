import { stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import { decodeBase64 } from "./base64-text.ts";
import { type CharacterSet, findCharacterSet } from "./character-sets.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import type { LatePackages } from "./late-packages.ts";
import { stringParameter, textOf } from "./parameter.ts";
import { quoteText } from "./shown-argument.ts";

type Iconv = ReturnType<LatePackages["iconv"]>;

const BYTE_ORDER_MARK = "\ufeff";

function unknownEncoding(name: string): FunctionFault {
  const fault = `${quoteText(name)} is not a supported IANA encoding name or alias in this Holdfast version`;
  return { fault, argument: 1 };
}

/** Undefined where the set lacks a character of the text. */
function encodeText(text: string, { codec }: CharacterSet, iconv: Iconv): Uint8Array | undefined {
  if (codec === "utf-16")
    return iconv.encode(BYTE_ORDER_MARK + text, "utf-16be", { addBOM: false });
  const bytes = iconv.encode(text, codec);
  return iconv.decode(bytes, codec, { stripBOM: false }) === text ? bytes : undefined;
}

/** UTF-16 without a mark is big-endian (RFC 2781). */
function decodeText(bytes: Uint8Array, { codec }: CharacterSet, iconv: Iconv): string {
  if (codec !== "utf-16") return iconv.decode(bytes, codec, { stripBOM: false });
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const hasMark = isLittle || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const content = hasMark ? bytes.subarray(2) : bytes;
  return iconv.decode(content, isLittle ? "utf-16le" : "utf-16be", { stripBOM: false });
}

function textencodebase64({ iconv }: LatePackages): EagerFunction {
  return {
    kind: "eager",
    name: "textencodebase64",
    parameters: [stringParameter("string"), stringParameter("encoding")],
    returns: STRING,
    neverNull: true,
    call([text, encoding]) {
      const set = findCharacterSet(textOf(encoding));
      if (set === undefined) return unknownEncoding(textOf(encoding));
      const bytes = encodeText(textOf(text), set, iconv());
      if (bytes !== undefined) return stringValue(Buffer.from(bytes).toString("base64"));
      const fault = `the given string contains characters that cannot be represented in ${set.name}`;
      return { fault, argument: 0 };
    },
  };
}

function textdecodebase64({ iconv }: LatePackages): EagerFunction {
  return {
    kind: "eager",
    name: "textdecodebase64",
    parameters: [stringParameter("source"), stringParameter("encoding")],
    returns: STRING,
    neverNull: true,
    call([source, encoding]) {
      const set = findCharacterSet(textOf(encoding));
      if (set === undefined) return unknownEncoding(textOf(encoding));
      const decoded = decodeBase64(textOf(source));
      if ("faultAt" in decoded) {
        const fault = `the given value is has an invalid base64 symbol at offset ${decoded.faultAt}`;
        return { fault, argument: 0 };
      }
      const text = decodeText(decoded.bytes, set, iconv());
      if (!text.includes("\ufffd")) return stringValue(text);
      const fault = `the given string contains symbols that are not defined for ${set.name}`;
      return { fault, argument: 0 };
    },
  };
}

export function textEncodingFunctions(packages: LatePackages): readonly EagerFunction[] {
  return [textencodebase64(packages), textdecodebase64(packages)];
}
