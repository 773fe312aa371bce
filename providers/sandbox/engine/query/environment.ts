import type { BoundVariable } from "../../expressions/bind-scope.ts";
import type {
  CompiledExpression,
  CompiledSubquery,
  Frame,
  SessionSettings,
} from "../../expressions/compiled.ts";
import type { FunctionRegistry } from "../../expressions/function-registry.ts";
import type {
  FunctionCall,
  NextValueFor,
  ObjectName,
  TypeReference,
} from "../../parser/ast-expressions.ts";
import type {
  AssignmentOperator,
  CommonTableExpression,
  QueryExpression,
  SystemTime,
} from "../../parser/ast-queries.ts";
import type { SchemaObject, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SystemContext, SystemRegistry } from "../system-registry.ts";
import type { PlanNode } from "./plan.ts";
import type { QueryScope, Source, SourceColumn } from "./scope.ts";

/** The variables that a batch or module declares. */
export interface VariableNames {
  scalar(name: string): BoundVariable | undefined;
  table(name: string): TableInDatabase | undefined;
}

export interface TableInDatabase {
  readonly database: StoredDatabase;
  readonly table: Table;
}

/** An object that a name means. */
export interface FoundObject {
  readonly database: StoredDatabase;
  readonly object: SchemaObject;
}

/** A source of rows that is not a table: it has a plan already. */
export interface PlannedSource {
  readonly source: Source;
  readonly plan: PlanNode;
}

export interface QueryParts {
  readonly environment: CompileEnvironment;
  /** The query around this one, if its columns are in sight. */
  readonly parent: QueryScope | undefined;
  /** WITH in front of the query. */
  readonly ctes?: readonly CommonTableExpression[] | undefined;
  /** Where reads of the outer query are noted when the query is part of another one's FROM. */
  readonly outerReads?: { any: boolean } | undefined;
}

export interface CompiledQuery {
  readonly columns: readonly SourceColumn[];
  readonly plan: PlanNode;
  readonly readsOuter: boolean;
  /** `SELECT @v = …`: what is done with the columns instead of sending them. */
  readonly assignments: readonly (Assignment | undefined)[];
  readonly into: ObjectName | undefined;
}

export interface Assignment {
  readonly variable: string;
  readonly operator: AssignmentOperator;
}

/** By column id, the columns that a session may not use although it may use others: each throws 230. */
export type ColumnRefusals = ReadonlyMap<number, () => never>;

/** What compiling asks of the engine around it. */
export interface QueryServices {
  query(query: QueryExpression, parts: QueryParts): CompiledQuery;
  subquery(query: QueryExpression, outer: QueryScope): CompiledSubquery;
  userFunction(call: FunctionCall, scope: QueryScope): CompiledExpression;
  nextValue(expression: NextValueFor, scope: QueryScope): CompiledExpression;
  userType(reference: TypeReference, environment: CompileEnvironment): SqlType | undefined;
  isUpdated(column: string): (frame: Frame) => boolean;
  /** Follows synonyms. Gives undefined for a name that means nothing; refuses databases that cannot be entered. */
  findObject(name: ObjectName, environment: CompileEnvironment): FoundObject | undefined;
  /** `inserted` and `deleted` of a trigger, by lower-case name. */
  triggerTable(name: string): PlannedSource | undefined;
  systemContext(database: StoredDatabase): SystemContext;
  /** Throws 229 unless the session may do this to the object or some of its columns. */
  authorize(permission: string, found: FoundObject): ColumnRefusals;
  /** A call of a table-valued function in FROM; `scope` sees what stands before it. */
  tableFunction(call: FunctionCall, scope: QueryScope): PlannedSource | undefined;
  /** The query of a view, parsed. */
  viewQuery(found: FoundObject): ViewQuery;
}

export interface ViewQuery {
  readonly environment: CompileEnvironment;
  readonly ctes: readonly CommonTableExpression[];
  readonly query: QueryExpression;
  readonly columns: readonly string[] | undefined;
}

/** Where a statement is compiled: what its names mean. */
export interface CompileEnvironment {
  readonly database: StoredDatabase;
  /** The schema that a name in one part is looked for in first; then dbo. */
  readonly defaultSchemaId: number;
  readonly settings: SessionSettings;
  readonly functions: FunctionRegistry;
  readonly variables: VariableNames;
  readonly system: SystemRegistry;
  readonly services: QueryServices;
  /** Common table expressions in sight, innermost first. */
  readonly ctes: readonly VisibleCte[];
  /** How deep views and functions are nested in each other here. */
  readonly depth: number;
  /** OPTION (MAXRECURSION n); 0 is no limit. */
  readonly maximumRecursion?: number | undefined;
  readonly foldName: (name: string) => string;
  /** Within a view that is read FOR SYSTEM_TIME: what its temporal tables are read with. */
  readonly systemTime?: SystemTimeOfView | undefined;
}

interface SystemTimeOfView {
  readonly clause: SystemTime;
  /** Whether a temporal table was met. */
  readonly met: { any: boolean };
}

/** A common table expression, with the ones that it sees itself. */
export interface VisibleCte {
  readonly definition: CommonTableExpression;
  readonly environment: CompileEnvironment;
  /** Set while its own recursive part is compiled. */
  readonly recursion: PlannedSource | undefined;
}
