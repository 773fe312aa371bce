import type { Expression, Identifier, Located } from "./ast-expressions.ts";
import type { NamedOption } from "./ast-tables.ts";

export type DatabaseStatement =
  | CreateDatabaseStatement
  | AlterDatabaseStatement
  | DropDatabaseStatement;

export interface CreateDatabaseStatement extends Located {
  readonly kind: "create_database";
  readonly name: Identifier;
  readonly containment: "none" | "partial" | undefined;
  readonly files: readonly FileGroup[];
  readonly logFiles: readonly FileSpecification[];
  readonly collation: string | undefined;
  /** WITH options, and FOR ATTACH or FOR ATTACH_REBUILD_LOG as `attach`, `attach_rebuild_log`. */
  readonly options: readonly NamedOption[];
  readonly snapshotOf: Identifier | undefined;
  /** AS COPY OF, of Azure SQL Database. */
  readonly copyOf: CopySource | undefined;
  /** What stands in parentheses behind the name, of Azure SQL Database. */
  readonly service: readonly EditionOption[];
}

export interface CopySource {
  /** The short name of the source's server; undefined: this one. */
  readonly server: Identifier | undefined;
  readonly database: Identifier;
}

export type EditionOption =
  | { readonly name: "edition" | "service_objective" | "elastic_pool"; readonly value: string }
  | { readonly name: "maxsize"; readonly bytes: number };

/** The files of one filegroup; `PRIMARY` for those before the first FILEGROUP word. */
export interface FileGroup {
  readonly name: string;
  readonly isDefault: boolean;
  readonly contains: "rows" | "filestream" | "memory_optimized_data";
  readonly files: readonly FileSpecification[];
}

export interface FileSpecification extends Located {
  readonly name: string | undefined;
  readonly newName: string | undefined;
  readonly fileName: string | undefined;
  readonly size: FileSize | undefined;
  readonly maxSize: FileSize | "unlimited" | undefined;
  readonly growth: FileSize | undefined;
  readonly offline: boolean;
}

/** Megabytes when the unit was left out. */
export interface FileSize {
  readonly amount: number;
  readonly unit: "kb" | "mb" | "gb" | "tb" | "%";
}

export interface AlterDatabaseStatement extends Located {
  readonly kind: "alter_database";
  /** Undefined: CURRENT. */
  readonly name: Identifier | undefined;
  readonly action: AlterDatabaseAction;
}

export type AlterDatabaseAction =
  | { readonly kind: "modify_name"; readonly name: Identifier }
  | { readonly kind: "modify_service"; readonly service: readonly EditionOption[] }
  | { readonly kind: "collate"; readonly collation: string }
  | {
      readonly kind: "set";
      readonly options: readonly DatabaseOption[];
      readonly termination:
        | { readonly kind: "immediate" | "no_wait" }
        | { readonly kind: "after"; readonly seconds: number }
        | undefined;
    }
  | {
      readonly kind: "add_file";
      readonly log: boolean;
      readonly files: readonly FileSpecification[];
      readonly fileGroup: string | undefined;
    }
  | { readonly kind: "remove_file"; readonly name: string }
  | { readonly kind: "modify_file"; readonly file: FileSpecification }
  | {
      readonly kind: "add_filegroup";
      readonly name: string;
      readonly contains: FileGroup["contains"];
    }
  | { readonly kind: "remove_filegroup"; readonly name: string }
  | { readonly kind: "modify_filegroup"; readonly name: string; readonly change: string }
  | {
      readonly kind: "scoped_configuration";
      readonly name: string;
      readonly value: Expression | boolean | string | undefined;
    };

/**
 * One option of ALTER DATABASE … SET, in lower case: value a boolean for ON and OFF, a word in lower case (`recovery` `simple`,
 * `page_verify` `checksum`), an expression (`compatibility_level` 150), or undefined for options that are words themselves
 * (`online`, `offline`, `emergency`, `read_only`, `read_write`, `single_user`, `restricted_user`, `multi_user`).
 */
export interface DatabaseOption extends NamedOption {
  /** `SET CHANGE_TRACKING = ON (…)`, `QUERY_STORE (…)`. */
  readonly arguments: readonly NamedOption[];
}

export interface DropDatabaseStatement extends Located {
  readonly kind: "drop_database";
  readonly ifExists: boolean;
  readonly names: readonly Identifier[];
}
