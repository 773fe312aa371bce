import type { BindScope, BoundColumn, BoundVariable } from "../../expressions/bind-scope.ts";
import type {
  CompiledExpression,
  CompiledSubquery,
  Frame,
  SessionSettings,
} from "../../expressions/compiled.ts";
import type { FunctionRegistry } from "../../expressions/function-registry.ts";
import type {
  ColumnReference,
  Expression,
  FunctionCall,
  NextValueFor,
  PseudoColumn,
  TypeReference,
} from "../../parser/ast-expressions.ts";
import type { QueryExpression } from "../../parser/ast-queries.ts";
import type { CollationLabel } from "../../values/collation-precedence.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CompileEnvironment } from "./environment.ts";
import { expressionKey } from "./expression-key.ts";

export interface SourceColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly identity?: boolean | undefined;
  readonly rowGuid?: boolean | undefined;
  readonly computed?: boolean | undefined;
  /** Of the base table; what a text column must name on the wire. */
  readonly tableName?: string | undefined;
  readonly collationLabel?: CollationLabel | undefined;
  /** Not part of `*`. */
  readonly concealed?: boolean | undefined;
  /** Not part of `*` and not found by name. */
  readonly hidden?: boolean | undefined;
  /** Throws 230: the session has no right on this column. */
  readonly refuse?: (() => never) | undefined;
}

/** One source of FROM: how it is called, and its columns in the order of its rows. */
export interface Source {
  /** The alias, or the table's name. Empty: no name finds it. */
  readonly name: string;
  /** Schema and database of a table without an alias. */
  readonly schema?: string | undefined;
  readonly database?: string | undefined;
  readonly columns: readonly SourceColumn[];
}

interface Found {
  readonly source: Source;
  readonly column: SourceColumn;
  readonly slot: number;
}

/** What an expression is replaced by once groups or windows are made. */
export interface Replacements {
  readonly byNode: ReadonlyMap<Expression, BoundColumn>;
  readonly byKey: ReadonlyMap<string, BoundColumn>;
  /** Columns that are not replaced are refused (8120): the query has groups. */
  readonly isGrouped: boolean;
}

export interface ScopeParts {
  readonly environment: CompileEnvironment;
  readonly sources: readonly Source[];
  readonly parent: QueryScope | undefined;
  readonly replacements?: Replacements | undefined;
  /** Takes note of every source of this scope that is read. */
  readonly used?: Set<Source> | undefined;
  /** Takes note of reads of outer queries; shared by all scopes of one query. */
  readonly outerReads?: { any: boolean } | undefined;
}

/** The names that one query's expressions see. Rows hold the columns of all sources, one after the other. */
export class QueryScope implements BindScope {
  readonly environment: CompileEnvironment;
  readonly sources: readonly Source[];
  readonly parent: QueryScope | undefined;
  readonly #parts: ScopeParts;
  readonly #outerReads: { any: boolean };

  constructor(parts: ScopeParts) {
    this.#outerReads = parts.outerReads ?? { any: false };
    this.#parts = { ...parts, outerReads: this.#outerReads };
    this.environment = parts.environment;
    this.sources = parts.sources;
    this.parent = parts.parent;
  }

  /** True once anything of an outer query was read: then the query must run again for every outer row. */
  get readsOuter(): boolean {
    return this.#outerReads.any;
  }

  /** For queries in this one's FROM, which see the same outer queries. */
  get outerReads(): { any: boolean } {
    return this.#outerReads;
  }

  get settings(): SessionSettings {
    return this.environment.settings;
  }

  get databaseCollation(): string {
    return this.environment.database.options.collation;
  }

  get functions(): FunctionRegistry {
    return this.environment.functions;
  }

  /** The same query with other sources in its rows. */
  with(parts: Partial<ScopeParts>): QueryScope {
    return new QueryScope({ ...this.#parts, ...parts });
  }

  column(reference: ColumnReference | PseudoColumn): BoundColumn {
    const bound = this.#lookUp(reference, 0);
    if (bound !== undefined) return bound;
    return refuseUnknownColumn(reference, this);
  }

  variable(name: string): BoundVariable {
    return (
      this.environment.variables.scalar(name) ??
      raise(137, `Must declare the scalar variable "${name}".`, { class: 15, state: 2 })
    );
  }

  subquery(query: QueryExpression): CompiledSubquery {
    return this.environment.services.subquery(query, this);
  }

  replacement(expression: Expression): BoundColumn | undefined {
    const { replacements } = this.#parts;
    if (replacements === undefined) return undefined;
    const known = replacements.byNode.get(expression);
    if (known !== undefined || replacements.byKey.size === 0) return known;
    if (expression.kind === "column" || isLiteral(expression)) return undefined;
    return replacements.byKey.get(expressionKey(expression, this));
  }

  userFunction(call: FunctionCall): CompiledExpression {
    return this.environment.services.userFunction(call, this);
  }

  nextValue(expression: NextValueFor): CompiledExpression {
    return this.environment.services.nextValue(expression, this);
  }

  userType(reference: TypeReference): SqlType | undefined {
    return this.environment.services.userType(reference, this.environment);
  }

  isUpdated(column: string): (frame: Frame) => boolean {
    return this.environment.services.isUpdated(column);
  }

  /** The slot of a column of this query's own sources, whatever groups say; undefined when the name is not one of them. */
  ownSlot(reference: ColumnReference): number | undefined {
    return this.#find(reference.parts)?.slot;
  }

  /** A column by its slot among this query's rows: for `*`. */
  ownColumn(slot: number, column: SourceColumn): BoundColumn {
    let offset = 0;
    for (const source of this.sources) {
      if (slot < offset + source.columns.length) return this.#bind({ source, column, slot }, 0);
      offset += source.columns.length;
    }
    throw new Error(`Slot ${slot} is in no source. This is a bug.`);
  }

  get replacements(): Replacements | undefined {
    return this.#parts.replacements;
  }

  #lookUp(reference: ColumnReference | PseudoColumn, depth: number): BoundColumn | undefined {
    const found =
      reference.kind === "column" ? this.#find(reference.parts) : this.#findPseudo(reference);
    if (found !== undefined) return this.#bind(found, depth);
    if (this.parent === undefined) return undefined;
    const outer = this.parent.#lookUp(reference, depth + 1);
    if (outer !== undefined) this.#outerReads.any = true;
    return outer;
  }

  #bind({ source, column, slot }: Found, depth: number): BoundColumn {
    column.refuse?.();
    this.#parts.used?.add(source);
    const { replacements } = this.#parts;
    if (replacements?.isGrouped === true) {
      const replaced = replacements.byKey.get(slotKey(slot));
      if (replaced === undefined) {
        const shown = source.name === "" ? column.name : `${source.name}.${column.name}`;
        raise(
          8120,
          `Column '${shown}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
        );
      }
      return { ...replaced, depth };
    }
    const { type, nullable, collationLabel } = column;
    return { depth, slot, type, nullable, collationLabel };
  }

  #find(parts: readonly string[]): Found | undefined {
    const name = parts.at(-1) ?? "";
    const qualifier = parts.slice(0, -1);
    const { foldName } = this.environment;
    const wanted = foldName(name);
    let found: Found | undefined;
    let offset = 0;
    for (const source of this.sources) {
      if (matchesQualifier(source, qualifier, foldName)) {
        const index = source.columns.findIndex(
          (column) => column.hidden !== true && foldName(column.name) === wanted,
        );
        const column = source.columns[index];
        if (column !== undefined && found !== undefined) {
          raise(209, `Ambiguous column name '${name}'.`);
        }
        if (column !== undefined) found = { source, column, slot: offset + index };
      }
      offset += source.columns.length;
    }
    return found;
  }

  #findPseudo(reference: PseudoColumn): Found | undefined {
    let offset = 0;
    for (const source of this.sources) {
      const index = source.columns.findIndex((column) =>
        reference.name === "identity" ? column.identity === true : column.rowGuid === true,
      );
      const column = source.columns[index];
      const matches = matchesQualifier(source, reference.table, this.environment.foldName);
      if (column !== undefined && matches) return { source, column, slot: offset + index };
      offset += source.columns.length;
    }
    return undefined;
  }
}

export function slotKey(slot: number): string {
  return `slot:${slot}`;
}

function isLiteral({ kind }: Expression): boolean {
  return kind === "number" || kind === "string" || kind === "null" || kind === "variable";
}

/** Whether `dbo.t` or `t` in front of a column name means this source. */
export function matchesQualifier(
  source: Source,
  qualifier: readonly string[],
  fold: (name: string) => string,
): boolean {
  const parts = qualifier.toReversed();
  const names = [source.name, source.schema, source.database];
  return parts.every((part, index) => {
    if (part === "") return true;
    const name = names[index];
    return name !== undefined && name !== "" && fold(name) === fold(part);
  });
}

function refuseUnknownColumn(reference: ColumnReference | PseudoColumn, scope: QueryScope): never {
  if (reference.kind !== "column") {
    raise(207, `Invalid column name '$${reference.name}'.`);
  }
  const { parts } = reference;
  const name = parts.at(-1) ?? "";
  if (parts.length === 1) raise(207, `Invalid column name '${name}'.`);
  const isKnown = (candidate: QueryScope | undefined): boolean =>
    candidate !== undefined &&
    (candidate.sources.some((source) =>
      matchesQualifier(source, parts.slice(0, -1), candidate.environment.foldName),
    ) ||
      isKnown(candidate.parent));
  if (isKnown(scope)) raise(207, `Invalid column name '${name}'.`);
  raise(4104, `The multi-part identifier "${parts.join(".")}" could not be bound.`);
}
