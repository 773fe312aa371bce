import type {
  BinaryLiteral,
  NumberLiteral,
  OdbcLiteral,
  StringLiteral,
} from "../parser/ast-expressions.ts";
import { compileConversion } from "../values/conversion.ts";
import { tryParseDecimal } from "../values/decimal.ts";
import { overflow, rangeOf } from "../values/number-ranges.ts";
import { tryParseMoney } from "../values/number-text.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlTypeName } from "../values/sql-type.ts";
import { compileTextFit } from "../values/text-fit.ts";
import type { BindScope } from "./bind-scope.ts";
import type { CompiledExpression } from "./compiled.ts";
import { constantExpression } from "./typed-expression.ts";

/** 8000 bytes; a longer literal is MAX. */
const LONGEST = { wide: 4000, narrow: 8000 } as const;
const MONEY: SqlType = { name: "money" };

export function compileString(node: StringLiteral, scope: BindScope): CompiledExpression {
  const longest = node.national ? LONGEST.wide : LONGEST.narrow;
  const { length } = node.value;
  const type: SqlType = {
    name: node.national ? "nvarchar" : "varchar",
    length: length > longest ? -1 : Math.max(1, length),
    collation: scope.databaseCollation,
  };
  const value = node.national ? node.value : compileTextFit(type).transliterate(node.value);
  return constantExpression(type, value);
}

export function compileNumber(node: NumberLiteral): CompiledExpression {
  switch (node.form) {
    case "integer":
      return compileInteger(node.text);
    case "decimal":
      return compileDecimal(node.text);
    case "float": {
      const value = Number(node.text);
      if (Number.isFinite(value)) return constantExpression({ name: "float" }, value);
      return overflow("float", { name: "float" });
    }
    case "money": {
      const value = tryParseMoney(node.text);
      const { low, high } = rangeOf(MONEY);
      const fits = value !== undefined && value >= low && value <= high;
      return fits ? constantExpression(MONEY, value) : overflow("expression", MONEY);
    }
    default:
      return node.form satisfies never;
  }
}

function compileInteger(text: string): CompiledExpression {
  const value = BigInt(text);
  return value <= rangeOf({ name: "int" }).high
    ? constantExpression({ name: "int" }, Number(value))
    : compileDecimal(text);
}

/** As many digits as are written, leading zeros not counted. */
function compileDecimal(text: string): CompiledExpression {
  const { value, scale } = tryParseDecimal(text) ?? { value: 0n, scale: 0 };
  const precision = Math.max(value.toString().length, scale, 1);
  if (precision > 38) {
    raise(
      1007,
      `The number '${text}' is out of the range for numeric representation (maximum precision 38).`,
      { class: 15 },
    );
  }
  return constantExpression({ name: "numeric", precision, scale }, value);
}

export function compileBinaryLiteral({ hex }: BinaryLiteral): CompiledExpression {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = new Uint8Array(Buffer.from(even, "hex"));
  const length = bytes.length > 8000 ? -1 : Math.max(1, bytes.length);
  return constantExpression({ name: "varbinary", length }, bytes);
}

const ODBC_TYPES: Readonly<Record<OdbcLiteral["type"], SqlTypeName>> = {
  d: "datetime",
  t: "datetime",
  ts: "datetime",
  guid: "uniqueidentifier",
};

export function compileOdbcLiteral(node: OdbcLiteral): CompiledExpression {
  const from: SqlType = { name: "varchar", length: 40 };
  const to: SqlType = { name: ODBC_TYPES[node.type] };
  const value = compileConversion({ from, to })?.(node.value, { dateFormat: "ymd" }) ?? null;
  return constantExpression(to, value);
}
