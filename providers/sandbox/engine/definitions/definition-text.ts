import type { Expression, Predicate } from "../../parser/ast-expressions.ts";
import { formatSystemReference } from "./reference-text.ts";

/** The text in which SQL Server shows a default, a check or a computed column: names in brackets, numbers in parentheses, no spaces. */
export function expressionText(expression: Expression, source: string): string {
  return `(${new DefinitionWriter(source).expression(expression)})`;
}

export function predicateText(predicate: Predicate, source: string): string {
  return `(${new DefinitionWriter(source).predicate(predicate)})`;
}

const STRENGTH: Readonly<Record<string, number>> = { "*": 2, "/": 2, "%": 2 };

class DefinitionWriter {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  expression(node: Expression): string {
    switch (node.kind) {
      case "number":
        return `(${node.form === "money" ? "$" : ""}${node.text})`;
      case "string":
        return `${node.national ? "N" : ""}'${node.value.replaceAll("'", "''")}'`;
      case "binary_literal":
        return `0x${node.hex}`;
      case "null":
        return "NULL";
      case "column":
        return node.parts.map((part) => `[${part.replaceAll("]", "]]")}]`).join(".");
      case "unary":
        return this.#unary(node);
      case "binary":
        return this.#binary(node);
      case "call":
        return this.#call(node);
      default:
        return this.#other(node);
    }
  }

  #other(node: Expression): string {
    return node.kind === "cast" || node.kind === "convert"
      ? this.#conversion(node)
      : this.#written(node);
  }

  predicate(node: Predicate): string {
    switch (node.kind) {
      case "and":
        return [node.left, node.right].map((side) => this.#operand(side)).join(" AND ");
      case "or":
        return [node.left, node.right].map((side) => this.predicate(side)).join(" OR ");
      case "not":
        return `NOT ${this.#operand(node.operand)}`;
      case "comparison":
        return `${this.expression(node.left)}${node.operator}${this.expression(node.right)}`;
      case "is_null":
        return `${this.expression(node.operand)} IS ${node.negated ? "NOT " : ""}NULL`;
      case "like":
        return node.escape === undefined
          ? `${this.expression(node.operand)}${node.negated ? " NOT" : ""} like ${this.expression(node.pattern)}`
          : this.#written(node);
      case "between":
        return this.#between(node);
      case "in_list":
        return this.#list(node);
      default:
        return this.#written(node);
    }
  }

  #operand(node: Predicate): string {
    const text = this.predicate(node);
    const isAlternative = node.kind === "or" || (node.kind === "in_list" && !node.negated);
    return isAlternative ? `(${text})` : text;
  }

  #between({ operand, low, high, negated }: Extract<Predicate, { kind: "between" }>): string {
    const value = this.expression(operand);
    const [first, second] = negated ? ["<", ">"] : [">=", "<="];
    const word = negated ? "OR" : "AND";
    return `${value}${first}${this.expression(low)} ${word} ${value}${second}${this.expression(high)}`;
  }

  #list({ operand, items, negated }: Extract<Predicate, { kind: "in_list" }>): string {
    const value = this.expression(operand);
    const tests = items.map((item) => `${value}${negated ? "<>" : "="}${this.expression(item)}`);
    return tests.toReversed().join(negated ? " AND " : " OR ");
  }

  #unary({ operator, operand }: Extract<Expression, { kind: "unary" }>): string {
    if (operand.kind === "number") return `(${operator}${operand.text})`;
    return `${operator}${this.expression(operand)}`;
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>): string {
    const own = STRENGTH[operator] ?? 1;
    const side = (node: Expression, isRight: boolean): string => {
      const text = this.expression(node);
      if (node.kind !== "binary") return text;
      const strength = STRENGTH[node.operator] ?? 1;
      return strength < own || (isRight && strength === own) ? `(${text})` : text;
    };
    return `${side(left, false)}${operator}${side(right, true)}`;
  }

  #call(node: Extract<Expression, { kind: "call" }>): string {
    if (node.distinct || node.over !== undefined || node.withinGroup !== undefined) {
      return this.#written(node);
    }
    const { schema, name } = node.name;
    if (node.niladic)
      return name.toUpperCase() === "CURRENT_TIMESTAMP" ? "getdate()" : this.#written(node);
    const shown = schema === undefined ? name.toLowerCase() : `[${schema}].[${name}]`;
    if (node.star) return `${shown}(*)`;
    return `${shown}(${node.arguments.map((item) => this.#argument(item)).join(",")})`;
  }

  #argument(node: Expression): string {
    return node.kind === "date_part" ? node.name : this.expression(node);
  }

  /** CAST is kept as CONVERT. */
  #conversion(node: Extract<Expression, { kind: "cast" | "convert" }>): string {
    const word = node.isTry ? "TRY_CAST" : "CONVERT";
    if (node.isTry) return this.#written(node);
    const type = formatSystemReference(node.type);
    const style =
      node.kind === "convert" && node.style !== undefined ? `,${this.expression(node.style)}` : "";
    return `${word}(${type},${this.expression(node.operand)}${style})`;
  }

  #written({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.#source.slice(start, end);
  }
}
