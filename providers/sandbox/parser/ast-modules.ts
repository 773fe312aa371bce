import type {
  Expression,
  Identifier,
  Located,
  ObjectName,
  TypeReference,
} from "./ast-expressions.ts";
import type { CommonTableExpression, QueryExpression } from "./ast-queries.ts";
import type { Statement } from "./ast-statements.ts";
import type { TableElement } from "./ast-tables.ts";

/** Statements that define code: each is the only statement of its batch, and the whole batch is its definition. */
export type ModuleStatement =
  | CreateViewStatement
  | CreateProcedureStatement
  | CreateFunctionStatement
  | CreateTriggerStatement
  | TriggerStateStatement;

/** How a module statement begins. `verbStart` to `verbEnd` covers `CREATE`, `ALTER` or `CREATE OR ALTER` in the batch. */
export interface ModuleVerb {
  readonly verb: "create" | "alter" | "create_or_alter";
  readonly verbStart: number;
  readonly verbEnd: number;
}

export interface ModuleOptions {
  readonly schemaBinding: boolean;
  readonly encryption: boolean;
  readonly recompile: boolean;
  readonly viewMetadata: boolean;
  readonly nativeCompilation: boolean;
  readonly returnsNullOnNullInput: boolean;
  /** EXECUTE AS: `caller`, `self`, `owner`, or a user's name. */
  readonly executeAs:
    | { readonly type: "caller" | "self" | "owner" }
    | { readonly type: "user"; readonly name: string }
    | undefined;
}

export interface CreateViewStatement extends Located, ModuleVerb {
  readonly kind: "create_view";
  readonly name: ObjectName;
  readonly columns: readonly Identifier[] | undefined;
  readonly options: ModuleOptions;
  readonly ctes: readonly CommonTableExpression[];
  readonly query: QueryExpression;
  readonly checkOption: boolean;
}

export interface ModuleParameter extends Located {
  /** With `@`. */
  readonly name: string;
  readonly type: TypeReference;
  readonly value: Expression | undefined;
  readonly output: boolean;
  readonly readOnly: boolean;
  readonly cursor: boolean;
  readonly nullable: boolean | undefined;
}

export interface CreateProcedureStatement extends Located, ModuleVerb {
  readonly kind: "create_procedure";
  readonly name: ObjectName;
  /** `CREATE PROCEDURE p;2`. */
  readonly number: number | undefined;
  readonly parameters: readonly ModuleParameter[];
  readonly options: ModuleOptions;
  readonly forReplication: boolean;
  readonly body: readonly Statement[];
}

export interface CreateFunctionStatement extends Located, ModuleVerb {
  readonly kind: "create_function";
  readonly name: ObjectName;
  readonly parameters: readonly ModuleParameter[];
  readonly options: ModuleOptions;
  readonly returns: FunctionResult;
}

export type FunctionResult =
  | {
      readonly kind: "scalar";
      readonly type: TypeReference;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "inline";
      readonly ctes: readonly CommonTableExpression[];
      readonly query: QueryExpression;
    }
  | {
      readonly kind: "multi_statement";
      readonly variable: string;
      readonly elements: readonly TableElement[];
      readonly body: readonly Statement[];
    };

export interface CreateTriggerStatement extends Located, ModuleVerb {
  readonly kind: "create_trigger";
  readonly name: ObjectName;
  readonly target:
    | { readonly kind: "object"; readonly name: ObjectName }
    | { readonly kind: "database" }
    | { readonly kind: "server" };
  readonly timing: "after" | "instead_of";
  /** Lower case: `insert`, `update`, `delete`, or DDL events such as `create_table`. */
  readonly events: readonly string[];
  readonly options: ModuleOptions;
  readonly notForReplication: boolean;
  readonly body: readonly Statement[];
}

/** `ENABLE | DISABLE TRIGGER {names | ALL} ON {table | DATABASE | ALL SERVER}`. */
export interface TriggerStateStatement extends Located {
  readonly kind: "trigger_state";
  readonly enable: boolean;
  readonly names: readonly ObjectName[] | undefined;
  readonly target: CreateTriggerStatement["target"];
}
