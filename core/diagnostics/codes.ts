/** Every code this program can report. A code is public: add freely, never rename or reuse. */
export const CODES = {
  CLI_USAGE: { severity: "error", retry: "never", exit: 1 },

  LANGUAGE_SYNTAX: { severity: "error", retry: "never", exit: 1 },
  LANGUAGE_UNREADABLE_FILE: { severity: "error", retry: "never", exit: 1 },
  LANGUAGE_EVALUATION: { severity: "error", retry: "never", exit: 1 },
  LANGUAGE_UNKNOWN_FUNCTION: { severity: "error", retry: "never", exit: 1 },
  LANGUAGE_UNKNOWN_REFERENCE: { severity: "error", retry: "never", exit: 1 },

  CONFIG_UNKNOWN_BLOCK: { severity: "error", retry: "never", exit: 1 },
  CONFIG_UNKNOWN_ARGUMENT: { severity: "error", retry: "never", exit: 1 },
  CONFIG_MISSING_ARGUMENT: { severity: "error", retry: "never", exit: 1 },
  CONFIG_DUPLICATE_NAME: { severity: "error", retry: "never", exit: 1 },
  CONFIG_WRONG_TYPE: { severity: "error", retry: "never", exit: 1 },
  CONFIG_INVALID_VALUE: { severity: "error", retry: "never", exit: 1 },
  CONFIG_NOT_SUPPORTED: { severity: "error", retry: "never", exit: 1 },
  CONFIG_CYCLE: { severity: "error", retry: "never", exit: 1 },
  CONFIG_VERSION_MISMATCH: { severity: "error", retry: "never", exit: 1 },
  CONFIG_VARIABLE_MISSING: { severity: "error", retry: "never", exit: 1 },
  CONFIG_VARIABLE_UNDECLARED: { severity: "error", retry: "never", exit: 1 },
  CONFIG_VALIDATION_FAILED: { severity: "error", retry: "never", exit: 1 },
  CONFIG_WEAK_PROTECTION: { severity: "warning", retry: "never", exit: 1 },
  CONFIG_EMPTY: { severity: "error", retry: "never", exit: 1 },

  CATALOG_NOT_INITIALISED: { severity: "error", retry: "never", exit: 1 },
  CATALOG_LOCKED: { severity: "error", retry: "later", exit: 4 },
  CATALOG_NEWER_FORMAT: { severity: "error", retry: "never", exit: 1 },
  CATALOG_UNREADABLE: { severity: "error", retry: "never", exit: 1 },
  CATALOG_EXISTS: { severity: "error", retry: "never", exit: 1 },
  CATALOG_BUSY: { severity: "error", retry: "later", exit: 4 },
  CATALOG_NOT_WRITABLE: { severity: "error", retry: "never", exit: 1 },
  CATALOG_FULL: { severity: "error", retry: "later", exit: 1 },
  CATALOG_FAILED: { severity: "error", retry: "later", exit: 1 },

  PLAN_STALE: { severity: "error", retry: "never", exit: 4 },
  PLAN_ALTERED: { severity: "error", retry: "never", exit: 4 },
  PLAN_NEWER_FORMAT: { severity: "error", retry: "never", exit: 1 },
  PLAN_TARGET_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  PLAN_REPLACE_NOT_POSSIBLE: { severity: "error", retry: "never", exit: 1 },
  PLAN_TARGETED: { severity: "warning", retry: "never", exit: 1 },
  PLAN_LOG_NEEDS_FULL_RECOVERY: { severity: "warning", retry: "never", exit: 1 },
  PLAN_PATTERN_MATCHES_NOTHING: { severity: "warning", retry: "never", exit: 1 },
  APPLY_INCOMPLETE: { severity: "error", retry: "later", exit: 1 },
  APPLY_CANCELLED: { severity: "error", retry: "later", exit: 130 },
  PLAN_UNREADABLE: { severity: "error", retry: "never", exit: 1 },

  SERVER_UNREACHABLE: { severity: "error", retry: "later", exit: 1 },
  SERVER_SIGN_IN_FAILED: { severity: "error", retry: "never", exit: 1 },
  SERVER_CERTIFICATE_NOT_TRUSTED: { severity: "error", retry: "never", exit: 1 },
  SERVER_PERMISSION_MISSING: { severity: "error", retry: "never", exit: 1 },
  SERVER_QUERY_FAILED: { severity: "error", retry: "never", exit: 1 },
  SERVER_CONNECTION_LOST: { severity: "error", retry: "later", exit: 1 },
  SECRET_MISSING: { severity: "error", retry: "never", exit: 1 },

  DATABASE_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  DATABASE_NOT_READY: { severity: "error", retry: "later", exit: 1 },
  DATABASE_EXISTS: { severity: "error", retry: "never", exit: 1 },
  DATABASE_NO_TABLES: { severity: "error", retry: "never", exit: 1 },
  SNAPSHOT_ISOLATION_OFF: { severity: "error", retry: "never", exit: 1 },
  TABLE_READ_FAILED: { severity: "error", retry: "later", exit: 1 },
  SCHEMA_CHANGED_DURING_BACKUP: { severity: "error", retry: "later", exit: 1 },
  SCHEMA_NOT_SCRIPTABLE: { severity: "error", retry: "never", exit: 1 },
  RESTORE_STATEMENT_FAILED: { severity: "error", retry: "never", exit: 1 },
  RESTORE_MISMATCH: { severity: "error", retry: "never", exit: 1 },
  TDS_LANE_UNUSABLE: { severity: "error", retry: "never", exit: 1 },

  KEY_MALFORMED: { severity: "error", retry: "never", exit: 1 },
  STORE_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  STORE_EXISTS: { severity: "error", retry: "never", exit: 1 },
  STORE_NOT_WRITABLE: { severity: "error", retry: "never", exit: 1 },
  STORE_NOT_READABLE: { severity: "error", retry: "never", exit: 1 },
  STORE_FULL: { severity: "error", retry: "later", exit: 1 },
  STORE_FAILED: { severity: "error", retry: "later", exit: 1 },
  VAULT_MISSING: { severity: "error", retry: "never", exit: 1 },
  VAULT_EXISTS: { severity: "error", retry: "never", exit: 1 },
  VAULT_WRONG_KEY: { severity: "error", retry: "never", exit: 1 },
  VAULT_NEWER_FORMAT: { severity: "error", retry: "never", exit: 1 },
  VAULT_CORRUPTED: { severity: "error", retry: "never", exit: 1 },

  POINT_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  POINT_OBJECT_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  POINT_AMBIGUOUS: { severity: "error", retry: "never", exit: 1 },
  BACKUP_NOT_CONFIGURED: { severity: "error", retry: "never", exit: 1 },
  BACKUP_TYPE_UNSUPPORTED: { severity: "error", retry: "never", exit: 1 },
  METHOD_UNSUPPORTED: { severity: "error", retry: "never", exit: 1 },
  JOB_NOT_FOUND: { severity: "error", retry: "never", exit: 1 },
  JOB_INTERRUPTED: { severity: "error", retry: "later", exit: 1 },
  JOB_CANCELLED: { severity: "error", retry: "never", exit: 130 },

  INTERNAL_BUG: { severity: "error", retry: "never", exit: 1 },
} as const satisfies Record<string, CodeFacts>;

interface CodeFacts {
  readonly severity: "error" | "warning";
  readonly retry: "never" | "later";
  readonly exit: 1 | 4 | 130;
}

export type Code = keyof typeof CODES;
