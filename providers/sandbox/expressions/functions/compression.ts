import { gunzipSync, gzipSync } from "node:zlib";
import { binaryEncoder } from "../../values/convert-to-binary.ts";
import { raise } from "../../values/sql-exception.ts";
import { familyOf } from "../../values/type-family.ts";
import { refuseArgument } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression, nullLiteral } from "../typed-expression.ts";
import { scalarFunction, VARBINARY_MAX } from "./scalar-function.ts";

/** COMPRESS and DECOMPRESS: the GZIP format (RFC 1952). */

function bindCompress({ arguments: [source = nullLiteral], name }: BoundCall): CompiledExpression {
  const family = familyOf(source.type);
  const isBytes = family === "character" || family === "binary";
  if (!isBytes) return refuseArgument(source.type, 1, name);
  const encode = binaryEncoder(source.type);
  return computedExpression({
    type: VARBINARY_MAX,
    parts: [source],
    nullable: source.nullable,
    evaluate: (frame) => {
      const value = source.evaluate(frame);
      return value === null ? null : new Uint8Array(gzipSync(encode(value)));
    },
  });
}

function decompress(bytes: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(bytes));
  } catch {
    return raise(9827, "Archive is corrupt. Cannot decompress.");
  }
}

export const COMPRESSION_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "COMPRESS", minimum: 1, maximum: 1, bind: bindCompress },
  scalarFunction({
    name: "DECOMPRESS",
    parameters: [VARBINARY_MAX],
    type: VARBINARY_MAX,
    apply: ([bytes]) => decompress(bytes as Uint8Array),
  }),
];
