import { findCollation } from "../../values/collations.ts";
import { formatGuid } from "../../values/guid-bytes.ts";
import { tryParseFloat, tryParseMoney } from "../../values/number-text.ts";
import type { SqlType, SqlValue, Variant } from "../../values/sql-type.ts";
import { isCharacter, isNumber } from "../../values/type-family.ts";
import { coerce } from "../coercion.ts";
import { compileTest } from "../comparisons.ts";
import type { CompiledExpression } from "../compiled.ts";
import { chooseItem, coalesce, isNullOr, nullIf, unify } from "../conditionals.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression, nullLiteral } from "../typed-expression.ts";
import { FLOAT, INT, scalarFunction } from "./scalar-function.ts";
import { dataLength } from "./text.ts";

/** Functions about values and types: NULL, random numbers, identifiers, variants. */

const VARIANT: SqlType = { name: "sql_variant" };

function isNumericText(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "") return false;
  return (
    tryParseFloat(trimmed) !== undefined ||
    (/[\d.,]|[$€£¥+-]/.test(trimmed) && tryParseMoney(trimmed) !== undefined)
  );
}

function bindIsNumeric({ arguments: [argument = nullLiteral] }: BoundCall): CompiledExpression {
  const { type } = argument;
  const always = isNumber(type) && type.name !== "bit" && argument.isNullLiteral !== true;
  return computedExpression({
    type: INT,
    parts: [argument],
    nullable: false,
    evaluate: (frame) => {
      const value = argument.evaluate(frame);
      if (value === null) return 0;
      return always || (isCharacter(type) && isNumericText(value as string)) ? 1 : 0;
    },
  });
}

/** The generator of L'Ecuyer that SQL Server seeds: RAND(1) is 0.713591993212924. */
function seededRandom(seed: number): number {
  const [firstModulus, secondModulus] = [2_147_483_563n, 2_147_483_399n];
  const start = BigInt(seed === 0 ? 12_345 : Math.abs(seed));
  const first = (start * 40_014n) % firstModulus;
  const second = (67_890n * 40_692n) % secondModulus;
  const mixed = first > second ? first - second : first - second + firstModulus - 1n;
  return Number(mixed) / Number(firstModulus);
}

function bindRandom({ arguments: [argument] }: BoundCall): CompiledExpression {
  const seed = argument && coerce(argument, INT);
  const site = {};
  return {
    type: FLOAT,
    nullable: seed !== undefined,
    collationLabel: "coercible",
    isDeterministic: seed?.isDeterministic ?? false,
    evaluate: (frame) => {
      if (seed !== undefined) {
        const value = seed.evaluate(frame);
        return value === null ? null : seededRandom(value as number);
      }
      const known = frame.run.once.get(site) ?? frame.run.random();
      frame.run.once.set(site, known);
      return known;
    },
  };
}

/** Version 4, as NEWID gives it. */
function randomGuid(bytes: Uint8Array): string {
  const copy = Uint8Array.from(bytes);
  copy[7] = ((copy[7] ?? 0) & 0x0f) | 0x40;
  copy[8] = ((copy[8] ?? 0) & 0x3f) | 0x80;
  return formatGuid(copy);
}

function baseVariant(type: SqlType, value: Variant["value"]): Variant {
  return { type, value };
}

type Property = (variant: Variant) => SqlValue;

const PRECISIONS: Readonly<Record<string, number>> = {
  bit: 1,
  tinyint: 3,
  smallint: 5,
  int: 10,
  bigint: 19,
  money: 19,
  smallmoney: 10,
  float: 53,
  real: 24,
  datetime: 23,
  smalldatetime: 16,
  date: 10,
};

const FRACTION_BASES: Readonly<Record<string, number>> = {
  time: 8,
  datetime2: 19,
  datetimeoffset: 26,
};

function precisionOf({ name, precision, scale = 0 }: SqlType): number {
  const base = FRACTION_BASES[name];
  if (base !== undefined) return scale === 0 ? base : base + 1 + scale;
  return precision ?? PRECISIONS[name] ?? 0;
}

function scaleOf({ name, scale }: SqlType): number {
  if (scale !== undefined) return scale;
  return name === "money" || name === "smallmoney" ? 4 : name === "datetime" ? 3 : 0;
}

const PROPERTIES: Readonly<Record<string, Property>> = {
  basetype: ({ type }) => baseVariant({ name: "nvarchar", length: 128 }, type.name),
  precision: ({ type }) => baseVariant(INT, precisionOf(type)),
  scale: ({ type }) => baseVariant(INT, scaleOf(type)),
  totalbytes: ({ type, value }) =>
    baseVariant(INT, dataLength(type)(value) + (isCharacter(type) ? 9 : 2)),
  collation: ({ type }) =>
    isCharacter(type)
      ? baseVariant(
          { name: "nvarchar", length: 128 },
          findCollation(type.collation ?? "")?.name ?? null,
        )
      : null,
  maxlength: ({ type, value }) => baseVariant(INT, maxLengthOf(type, value)),
};

function maxLengthOf(type: SqlType, value: Variant["value"]): number {
  if (type.length === undefined) return dataLength(type)(value);
  return type.name === "nchar" || type.name === "nvarchar" ? type.length * 2 : type.length;
}

function bindVariantProperty({
  arguments: [subject = nullLiteral, name = nullLiteral],
}: BoundCall): CompiledExpression {
  const variant = coerce(subject, VARIANT);
  const property = coerce(name, { name: "varchar", length: 128 });
  return computedExpression({
    type: VARIANT,
    parts: [variant, property],
    evaluate: (frame) => {
      const [value, wanted] = [variant.evaluate(frame), property.evaluate(frame)];
      if (value === null || wanted === null) return null;
      return PROPERTIES[(wanted as string).toLowerCase()]?.(value as Variant) ?? null;
    },
  });
}

function extreme(name: string, operator: "<" | ">"): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 254,
    bind({ arguments: given }) {
      const parts = unify(given, name);
      const [model = nullLiteral] = parts;
      const wins = compileTest(operator, model.type);
      return {
        ...computedExpression({
          type: model.type,
          parts,
          nullable: parts.every((part) => part.nullable),
          evaluate: (frame) =>
            parts.reduce<SqlValue>((best, part) => {
              const value = part.evaluate(frame);
              if (value === null) return best;
              return best === null || wins(value, best) ? value : best;
            }, null),
        }),
        collationLabel: model.collationLabel,
      };
    },
  };
}

function pair([left = nullLiteral, right = nullLiteral]: readonly CompiledExpression[]): readonly [
  CompiledExpression,
  CompiledExpression,
] {
  return [left, right];
}

export const SYSTEM_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "ISNULL", minimum: 2, maximum: 2, bind: (call) => isNullOr(...pair(call.arguments)) },
  { name: "NULLIF", minimum: 2, maximum: 2, bind: (call) => nullIf(...pair(call.arguments)) },
  { name: "COALESCE", minimum: 2, maximum: 1024, bind: (call) => coalesce(call.arguments) },
  {
    name: "CHOOSE",
    minimum: 2,
    maximum: 255,
    bind: ({ arguments: [index = nullLiteral, ...items] }) => chooseItem(index, items),
  },
  extreme("GREATEST", ">"),
  extreme("LEAST", "<"),
  { name: "ISNUMERIC", minimum: 1, maximum: 1, bind: bindIsNumeric },
  { name: "RAND", minimum: 0, maximum: 1, bind: bindRandom },
  scalarFunction({
    name: "NEWID",
    parameters: [],
    type: { name: "uniqueidentifier" },
    mayBeNull: false,
    isDeterministic: false,
    apply: (_, run) => randomGuid(run.randomBytes(16)),
  }),
  scalarFunction({
    name: "CRYPT_GEN_RANDOM",
    parameters: [INT],
    type: { name: "varbinary", length: 8000 },
    isDeterministic: false,
    apply: ([count], run) => {
      const bytes = count as number;
      return bytes < 1 || bytes > 8000 ? null : run.randomBytes(bytes);
    },
  }),
  { name: "SQL_VARIANT_PROPERTY", minimum: 2, maximum: 2, bind: bindVariantProperty },
];
