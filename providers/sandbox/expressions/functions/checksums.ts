import { createHash } from "node:crypto";
import { binaryEncoder } from "../../values/convert-to-binary.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { encodeText } from "../../values/text-fit.ts";
import { textRules } from "../../values/text-rules.ts";
import { familyOf, isCharacter } from "../../values/type-family.ts";
import { coerce, refuseArgument } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { INT, VARBINARY_MAX } from "./scalar-function.ts";

/**
 * HASHBYTES, CHECKSUM and BINARY_CHECKSUM. The checksums of SQL Server are not documented: these fold bytes as BINARY_CHECKSUM is known to
 * (rotate left by four, then XOR), so their values need not be the server's.
 */

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  SHA: "sha1",
  SHA1: "sha1",
  SHA2_256: "sha256",
  SHA2_512: "sha512",
};

function bindHashBytes({ arguments: [algorithm, input] }: BoundCall): CompiledExpression {
  if (algorithm === undefined || input === undefined)
    throw new Error("HASHBYTES lacks arguments. This is a bug.");
  const name = coerce(algorithm, { name: "varchar", length: 20 });
  const isBytes = familyOf(input.type) === "binary" || isCharacter(input.type);
  if (!isBytes && input.isNullLiteral !== true) return refuseArgument(input.type, 2, "hashbytes");
  const source = input.isNullLiteral === true ? coerce(input, VARBINARY_MAX) : input;
  const encode = binaryEncoder(source.type);
  return computedExpression({
    type: { name: "varbinary", length: 8000 },
    parts: [name, source],
    evaluate: (frame) => {
      const [chosen, value] = [name.evaluate(frame), source.evaluate(frame)];
      const method = ALGORITHMS[String(chosen as string).toUpperCase()];
      if (value === null || method === undefined) return null;
      return new Uint8Array(createHash(method).update(encode(value)).digest());
    },
  });
}

type Bytes = (value: SqlValue) => Uint8Array;

/** What CHECKSUM sees of a text is the same for texts that are equal. */
function foldedBytes(type: SqlType): Bytes {
  if (!isCharacter(type)) return binaryEncoder(type);
  const { key } = textRules(type);
  return (value) => Buffer.from(key(value as string), "utf16le");
}

function plainBytes(type: SqlType): Bytes {
  return isCharacter(type)
    ? (value) => encodeText((value as string).trimEnd(), type)
    : binaryEncoder(type);
}

function rotate(value: number): number {
  return (value << 4) | (value >>> 28);
}

function sumBytes(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = rotate(sum) ^ byte;
  return sum | 0;
}

function sumOf(type: SqlType, bytes: Bytes): (value: SqlValue) => number {
  const isInteger = familyOf(type) === "integer" && type.name !== "bigint";
  return (value) => {
    if (value === null) return 0x7f_ff_ff_ff;
    return isInteger ? (value as number) : sumBytes(bytes(value));
  };
}

function checksumFunction(name: string, bytesOf: (type: SqlType) => Bytes): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 1024,
    bind({ arguments: parts }) {
      const refused = parts.find(({ type }) => type.name === "xml" || type.name === "sql_variant");
      if (refused !== undefined) return refuseArgument(refused.type, 1, name);
      const sums = parts.map(({ type }) => sumOf(type, bytesOf(type)));
      return computedExpression({
        type: INT,
        parts,
        nullable: false,
        evaluate: (frame) =>
          parts.reduce(
            (sum, part, index) => rotate(sum) ^ (sums[index]?.(part.evaluate(frame)) ?? 0),
            0,
          ) | 0,
      });
    },
  };
}

export const CHECKSUM_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "HASHBYTES", minimum: 2, maximum: 2, bind: bindHashBytes },
  checksumFunction("CHECKSUM", foldedBytes),
  checksumFunction("BINARY_CHECKSUM", plainBytes),
];
