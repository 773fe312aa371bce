import { binaryEncoder } from "../../values/convert-to-binary.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { byteLength, compileTextFit, decodeText, encodeText } from "../../values/text-fit.ts";
import { familyOf, isUnicode } from "../../values/type-family.ts";
import { coerce } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { BIGINT, INT, scalarFunction, textArgument, varyingText } from "./scalar-function.ts";

/** Functions of text that look at lengths and parts. */

function isLong(expression: CompiledExpression | undefined): boolean {
  return expression?.type.length === -1;
}

function lengthType([text]: readonly CompiledExpression[]): SqlType {
  return isLong(text) ? BIGINT : INT;
}

function countOf(count: number, type: SqlType): number | bigint {
  return type.name === "bigint" ? BigInt(count) : count;
}

function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === " ") end -= 1;
  return text.slice(0, end);
}

function bindLength({ arguments: [argument], scope }: BoundCall): CompiledExpression {
  const isBinary = argument !== undefined && familyOf(argument.type) === "binary";
  const source = argument && !isBinary ? textArgument(argument, scope) : argument;
  if (source === undefined) throw new Error("LEN got no argument. This is a bug.");
  const type = lengthType([source]);
  return computedExpression({
    type,
    parts: [source],
    nullable: source.nullable,
    evaluate: (frame) => {
      const value = source.evaluate(frame);
      if (value === null) return null;
      if (value instanceof Uint8Array) return countOf(value.length, type);
      return countOf(withoutTrailingSpaces(value as string).length, type);
    },
  });
}

/** Bytes of a value as the server stores it. */
export function dataLength(type: SqlType): (value: SqlValue) => number {
  const family = familyOf(type);
  if (family === "character" || family === "xml") {
    return (value) => byteLength(value as string, type);
  }
  if (family === "binary") return (value) => (value as Uint8Array).length;
  if (family === "decimal") {
    const precision = type.precision ?? 18;
    const size = precision < 10 ? 5 : precision < 20 ? 9 : precision < 29 ? 13 : 17;
    return () => size;
  }
  if (family === "temporal" && type.scale !== undefined) {
    const encode = binaryEncoder(type);
    return (value) => encode(value).length - 1;
  }
  if (family === "sql_variant") {
    return (value) => {
      const isVariant = typeof value === "object" && value !== null && "type" in value;
      return isVariant ? dataLength(value.type)(value.value) : 0;
    };
  }
  const encode = binaryEncoder(type);
  return (value) => encode(value).length;
}

function bindDataLength({ arguments: [source] }: BoundCall): CompiledExpression {
  if (source === undefined) throw new Error("DATALENGTH got no argument. This is a bug.");
  const measure = dataLength(source.type);
  const type = lengthType([source]);
  return computedExpression({
    type,
    parts: [source],
    nullable: source.nullable,
    evaluate: (frame) => {
      const value = source.evaluate(frame);
      return value === null ? null : countOf(measure(value), type);
    },
  });
}

function sameVarying([text]: readonly CompiledExpression[]): SqlType {
  return text ? { ...varyingText(text.type, text.type.length ?? -1) } : INT;
}

/** Upper and lower case one character at a time, so that lengths stay (ß has no upper case in Windows). */
function changeCase(text: string, change: (unit: string) => string): string {
  const quick = change(text);
  if (quick.length === text.length) return quick;
  return Array.from(text, (unit) => {
    const changed = change(unit);
    return changed.length === unit.length ? changed : unit;
  }).join("");
}

function caseFunction(name: string, change: (unit: string) => string): FunctionDefinition {
  return scalarFunction({
    name,
    parameters: ["text"],
    type: ([text]) => text?.type ?? INT,
    apply: ([text]) => changeCase(text as string, change),
  });
}

/** The longest text that fits into memory as one string. */
const LONGEST = 400_000_000;

function replicate(text: string, count: number, limit: number): string | null {
  if (count < 0) return null;
  const times = Math.min(count, Math.ceil(limit / Math.max(1, text.length)));
  if (times < count && limit === LONGEST) {
    raise(
      701,
      "There is insufficient system memory in resource pool 'default' to run this query.",
      {
        class: 17,
        state: 123,
      },
    );
  }
  return text.repeat(times);
}

/** Text that is not MAX ends at 8,000 bytes, so that more is never built. */
function bindReplicate(call: BoundCall): CompiledExpression {
  const limit = isLong(call.arguments[0]) ? LONGEST : 8000;
  return scalarFunction({
    name: "REPLICATE",
    parameters: ["text", INT],
    type: ([text]) => (text ? varyingText(text.type, 8000) : INT),
    apply: ([text, count]) => replicate(text as string, count as number, limit),
  }).bind(call);
}

/** Cuts what the function builds to the 8,000 bytes of a type that is not MAX. */
function limited(definition: FunctionDefinition): FunctionDefinition {
  return {
    ...definition,
    bind(call) {
      const built = definition.bind(call);
      const { fit } = compileTextFit(built.type, built.type);
      return computedExpression({
        type: built.type,
        parts: [built],
        nullable: built.nullable,
        collation: { collation: built.type.collation, label: built.collationLabel },
        evaluate: (frame) => {
          const value = built.evaluate(frame);
          return value === null ? null : fit(value as string);
        },
      });
    },
  };
}

const WIDE_CHARACTER: SqlType = { name: "nchar", length: 1 };

const CODES: readonly FunctionDefinition[] = [
  {
    name: "CHAR",
    minimum: 1,
    maximum: 1,
    bind({ arguments: [argument], scope }) {
      if (argument === undefined) throw new Error("CHAR got no argument. This is a bug.");
      const code = coerce(argument, INT);
      const type: SqlType = { name: "char", length: 1, collation: scope.databaseCollation };
      return computedExpression({
        type,
        parts: [code],
        evaluate: (frame) => {
          const value = code.evaluate(frame);
          if (typeof value !== "number" || value < 0 || value > 255) return null;
          return decodeText(Uint8Array.of(value), type);
        },
        collation: { collation: scope.databaseCollation, label: "coercible" },
      });
    },
  },
  scalarFunction({
    name: "NCHAR",
    parameters: [INT],
    type: WIDE_CHARACTER,
    apply: ([code]) => {
      const value = code as number;
      return value < 0 || value > 65_535 ? null : String.fromCharCode(value);
    },
  }),
  {
    name: "ASCII",
    minimum: 1,
    maximum: 1,
    bind({ arguments: [argument], scope }) {
      if (argument === undefined) throw new Error("ASCII got no argument. This is a bug.");
      const text = textArgument(argument, scope);
      const type: SqlType = { name: "varchar", collation: text.type.collation };
      return computedExpression({
        type: INT,
        parts: [text],
        evaluate: (frame) => {
          const value = text.evaluate(frame);
          if (value === null || value === "") return null;
          return encodeText((value as string).slice(0, 1), type)[0] ?? null;
        },
      });
    },
  },
  scalarFunction({
    name: "UNICODE",
    parameters: ["text"],
    type: INT,
    apply: ([text]) => (text === "" ? null : (text as string).charCodeAt(0)),
  }),
];

export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "LEN", minimum: 1, maximum: 1, bind: bindLength },
  { name: "DATALENGTH", minimum: 1, maximum: 1, bind: bindDataLength },
  ...CODES,
  caseFunction("UPPER", (text) => text.toUpperCase()),
  caseFunction("LOWER", (text) => text.toLowerCase()),
  scalarFunction({
    name: "REVERSE",
    parameters: ["text"],
    type: sameVarying,
    apply: ([text]) => (text as string).split("").toReversed().join(""),
  }),
  limited({ name: "REPLICATE", minimum: 2, maximum: 2, bind: bindReplicate }),
  limited(
    scalarFunction({
      name: "SPACE",
      parameters: [INT],
      type: { name: "varchar", length: 8000 },
      apply: ([count]) =>
        (count as number) < 0 ? null : " ".repeat(Math.min(count as number, 8000)),
    }),
  ),
  limited(
    scalarFunction({
      name: "STUFF",
      parameters: ["text", INT, INT, "text"],
      type: ([text, , , part]) =>
        text
          ? varyingText(
              isUnicode(part?.type ?? INT) ? { ...text.type, name: "nvarchar" } : text.type,
              isLong(part) ? -1 : 8000,
            )
          : INT,
      apply: ([text, start, length, part]) => {
        const [whole, from, count] = [text as string, start as number, length as number];
        if (from < 1 || from > whole.length || count < 0) return null;
        return whole.slice(0, from - 1) + (part as string) + whole.slice(from - 1 + count);
      },
    }),
  ),
];
