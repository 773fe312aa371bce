import { type LabelledCollation, meetCollations } from "../../values/collation-precedence.ts";
import type { SqlType, SqlTypeName, SqlValue } from "../../values/sql-type.ts";
import { isCharacter, isUnicode } from "../../values/type-family.ts";
import type { BindScope } from "../bind-scope.ts";
import { coerce } from "../coercion.ts";
import type { CompiledExpression, RunContext } from "../compiled.ts";
import type { BoundCall, FactDeclaration, FunctionDefinition } from "../function-registry.ts";
import { collationOf, computedExpression, databaseCollation } from "../typed-expression.ts";

/** What an argument is turned into: a type; `text`: a character type, kept as it is; `any`: left alone. */
type Parameter = SqlType | "text" | "any";

export interface ScalarFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** How many must be given; all without it. */
  readonly required?: number;
  readonly type: SqlType | ((parameters: readonly CompiledExpression[]) => SqlType);
  /** Values that are not NULL, one for each argument given: with a NULL among them the result is NULL. */
  readonly apply: (values: readonly SqlValue[], run: RunContext) => SqlValue;
  readonly isDeterministic?: boolean;
  /** The function may give NULL for arguments that are not. */
  readonly mayBeNull?: boolean;
}

export const INT: SqlType = { name: "int" };
export const BIGINT: SqlType = { name: "bigint" };
export const FLOAT: SqlType = { name: "float" };
export const NVARCHAR_MAX: SqlType = { name: "nvarchar", length: -1 };
export const VARBINARY_MAX: SqlType = { name: "varbinary", length: -1 };

/** An argument as text: numbers and dates become varchar, bytes and xml do not by themselves. */
export function textArgument(argument: CompiledExpression, scope: BindScope): CompiledExpression {
  const { name } = argument.type;
  if (name === "text") return coerce(argument, { name: "varchar", length: -1 });
  if (name === "ntext") return coerce(argument, { name: "nvarchar", length: -1 });
  if (isCharacter(argument.type)) return argument;
  return coerce(argument, {
    name: "varchar",
    length: argument.isNullLiteral === true ? 1 : shownLength(argument.type),
    collation: scope.databaseCollation,
  });
}

const SHOWN_LENGTHS: Partial<Record<SqlTypeName, number>> = {
  bit: 1,
  tinyint: 3,
  smallint: 6,
  int: 12,
  bigint: 20,
  decimal: 41,
  numeric: 41,
  money: 30,
  smallmoney: 30,
  uniqueidentifier: 36,
  binary: 8000,
  varbinary: 8000,
};

/** Characters that a value takes as text at most. */
function shownLength(type: SqlType): number {
  return SHOWN_LENGTHS[type.name] ?? 40;
}

function convertArgument(
  argument: CompiledExpression,
  parameter: Parameter,
  scope: BindScope,
): CompiledExpression {
  if (parameter === "any") return argument;
  return parameter === "text" ? textArgument(argument, scope) : coerce(argument, parameter);
}

/** The collation that a function's text has: that of its text arguments, or the database's. */
export function resultCollation(
  parameters: readonly CompiledExpression[],
  scope: BindScope,
  name: string,
): LabelledCollation {
  const [first, ...others] = parameters.filter(({ type }) => isCharacter(type)).map(collationOf);
  if (first === undefined) return databaseCollation(scope);
  return others.reduce((met, next) => meetCollations(met, next, name.toLowerCase()), first);
}

function bindScalar(spec: ScalarFunction, call: BoundCall): CompiledExpression {
  const parameters = call.arguments.map((argument, index) =>
    convertArgument(
      argument,
      spec.parameters[index] ?? spec.parameters.at(-1) ?? "any",
      call.scope,
    ),
  );
  const type = typeof spec.type === "function" ? spec.type(parameters) : spec.type;
  const { apply } = spec;
  const evaluators = parameters.map((parameter) => parameter.evaluate);
  const isDeterministic = spec.isDeterministic ?? true;
  return computedExpression({
    type,
    parts: parameters,
    nullable: spec.mayBeNull !== false,
    collation: isCharacter(type) ? resultCollation(parameters, call.scope, spec.name) : undefined,
    isDeterministic: isDeterministic && parameters.every((part) => part.isDeterministic),
    evaluate: (frame) => {
      const values: SqlValue[] = [];
      for (const evaluate of evaluators) {
        const value = evaluate(frame);
        if (value === null) return null;
        values.push(value);
      }
      return apply(values, frame.run);
    },
  });
}

/** A function that is NULL as soon as an argument is. */
export function scalarFunction(spec: ScalarFunction): FunctionDefinition {
  return {
    name: spec.name,
    minimum: spec.required ?? spec.parameters.length,
    maximum: spec.parameters.length,
    bind: (call) => bindScalar(spec, call),
  };
}

/** A function whose value the session knows: `@@ROWCOUNT`, `OBJECT_ID`, `ERROR_MESSAGE`. */
export function factFunction(declaration: FactDeclaration): FunctionDefinition {
  const types = declaration.parameters ?? [];
  const { name } = declaration;
  return {
    name,
    minimum: declaration.required ?? types.length,
    maximum: types.length,
    bind(call) {
      const parameters = types.map((type, index) => {
        const argument = call.arguments[index];
        return argument && coerce(argument, type);
      });
      const collation = databaseCollation(call.scope);
      return {
        type: isCharacter(declaration.type)
          ? { collation: collation.collation, ...declaration.type }
          : declaration.type,
        nullable: declaration.nullable ?? true,
        collationLabel: collation.label,
        isDeterministic: declaration.isDeterministic ?? false,
        evaluate: (frame) =>
          frame.run.session.fact(
            name,
            parameters.map((parameter) => parameter?.evaluate(frame) ?? null),
          ),
      };
    },
  };
}

/** The varying type of the text that a function gives, with a length of units at most. */
export function varyingText(source: SqlType, length: number): SqlType {
  const wide = isUnicode(source);
  const limit = wide ? 4000 : 8000;
  return {
    name: wide ? "nvarchar" : "varchar",
    length: source.length === -1 || length === -1 ? -1 : Math.max(1, Math.min(limit, length)),
  };
}
