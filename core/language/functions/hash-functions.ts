import { createHash } from "node:crypto";
import { stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { stringParameter, textOf } from "./parameter.ts";

/** The digest of the UTF-8 bytes of a text. */
function hash(name: string, algorithm: string, encoding: "hex" | "base64"): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [stringParameter("str")],
    returns: STRING,
    neverNull: true,
    call: ([text]) => stringValue(createHash(algorithm).update(textOf(text)).digest(encoding)),
  };
}

export const HASH_FUNCTIONS: readonly EagerFunction[] = [
  hash("md5", "md5", "hex"),
  hash("sha1", "sha1", "hex"),
  hash("sha256", "sha256", "hex"),
  hash("sha512", "sha512", "hex"),
  hash("base64sha256", "sha256", "base64"),
  hash("base64sha512", "sha512", "base64"),
];
