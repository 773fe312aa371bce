import type { Expression, Identifier, Located, TypeReference } from "./ast-expressions.ts";

export interface CreatePartitionFunctionStatement extends Located {
  readonly kind: "create_partition_function";
  readonly name: Identifier;
  readonly type: TypeReference;
  readonly onRight: boolean;
  readonly boundaries: readonly Expression[];
}

export interface CreatePartitionSchemeStatement extends Located {
  readonly kind: "create_partition_scheme";
  readonly name: Identifier;
  readonly function: Identifier;
  readonly all: boolean;
  readonly fileGroups: readonly string[];
}

export interface DropPartitionStatement extends Located {
  readonly kind: "drop_partition";
  readonly what: "function" | "scheme";
  readonly name: Identifier;
}
