import { gunzipSync, gzipSync } from "node:zlib";
import { withMarks } from "../values/marks.ts";
import { stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import { decodeBase64, decodeUtf8 } from "./base64-text.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { stringParameter, textOf } from "./parameter.ts";
import { quoteText, showArgument } from "./shown-argument.ts";

/** A text's encoding; it cannot fail. */
function encoder(name: string, encode: (text: string) => string): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [stringParameter("str")],
    returns: STRING,
    neverNull: true,
    call: ([text]) => stringValue(encode(textOf(text))),
  };
}

/** What Base64 holds, read as text; marks stay on, so that a message can hide a sensitive text. */
function base64Decoder(
  name: string,
  read: (bytes: Uint8Array) => string | FunctionFault,
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [{ ...stringParameter("str"), allowsMarks: true }],
    returns: STRING,
    neverNull: true,
    call([encoded = stringValue("")]) {
      const text = textOf(encoded);
      const decoded = decodeBase64(text);
      if ("faultAt" in decoded) {
        return {
          fault: `failed to decode base64 data ${showArgument(encoded, quoteText(text))}`,
        };
      }
      const result = read(decoded.bytes);
      return typeof result === "string" ? withMarks(stringValue(result), encoded.marks) : result;
    },
  };
}

const NOT_UTF8 = "the result of decoding the provided string is not valid UTF-8";

function readUtf8(bytes: Uint8Array): string | FunctionFault {
  return decodeUtf8(bytes) ?? { fault: NOT_UTF8 };
}

/** Byte 9 of the header names the operating system; 255 means unknown, so that results are the same everywhere. */
function gzip(text: string): string {
  const packed = gzipSync(text);
  packed[9] = 255;
  return packed.toString("base64");
}

/** What one value may unpack to, so that a small text cannot fill the memory. */
const LARGEST_UNPACKED = 64 * 1024 * 1024;

const ZLIB_FAULTS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "failed to read gunzip raw data: unexpected EOF",
  ERR_BUFFER_TOO_LARGE: "failed to read gunzip raw data: it unpacks to more than 64 MiB",
};

function gunzip(bytes: Uint8Array): string | FunctionFault {
  if (bytes.length === 0) return { fault: "failed to gunzip bytestream: EOF" };
  if (bytes.length < 10) return { fault: "failed to gunzip bytestream: unexpected EOF" };
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) {
    return { fault: "failed to gunzip bytestream: gzip: invalid header" };
  }
  try {
    return readUtf8(gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED }));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { fault: ZLIB_FAULTS[code] ?? "failed to read gunzip raw data: the data is damaged" };
  }
}

/** As in the query of a URL: a space is `+`, only letters, digits and `-_.~` stay. */
function encodeUrl(text: string): string {
  const escape = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, escape)
    .replaceAll("%20", "+");
}

const urldecode: EagerFunction = {
  kind: "eager",
  name: "urldecode",
  parameters: [stringParameter("str")],
  returns: STRING,
  neverNull: true,
  call([value]) {
    const text = textOf(value);
    const wrong = /%(?![0-9A-Fa-f]{2})/.exec(text);
    if (wrong !== null) {
      const escape = Array.from(text.slice(wrong.index)).slice(0, 3).join("");
      return { fault: `failed to decode URL '': invalid URL escape ${quoteText(escape)}` };
    }
    const bytes = Buffer.from(text.replaceAll("+", " ")).toString("latin1");
    const plain = bytes.replaceAll(/%(..)/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    const decoded = decodeUtf8(Buffer.from(plain, "latin1"));
    return decoded === undefined ? { fault: NOT_UTF8 } : stringValue(decoded);
  },
};

export const ENCODING_FUNCTIONS: readonly EagerFunction[] = [
  encoder("base64encode", (text) => Buffer.from(text).toString("base64")),
  base64Decoder("base64decode", readUtf8),
  encoder("base64gzip", gzip),
  base64Decoder("base64gunzip", gunzip),
  encoder("urlencode", encodeUrl),
  urldecode,
];
