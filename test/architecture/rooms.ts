const LEAVES = ["core/kit", "core/diagnostics", "core/address", "core/events"] as const;

/** Each room imports itself and the rooms listed here, nothing else. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "core/kit": [],
  "core/diagnostics": ["core/kit"],
  "core/address": ["core/kit", "core/diagnostics"],
  "core/events": ["core/kit", "core/diagnostics", "core/address"],
  schemas: ["core/kit"],

  "core/language": ["core/kit", "core/diagnostics"],
  "core/config": [...LEAVES, "core/language", "schemas"],
  "core/resource": LEAVES,
  "core/graph": ["core/kit", "core/diagnostics", "core/address"],
  "core/policy": LEAVES,
  "core/storage": ["core/kit", "core/diagnostics"],
  "core/vault": [
    "core/kit",
    "core/diagnostics",
    "core/address",
    "core/events",
    "core/storage",
    "schemas",
  ],
  "core/catalog": [...LEAVES, "schemas"],
  "core/jobs": [...LEAVES, "core/catalog", "schemas"],
  "core/plan": [
    ...LEAVES,
    "core/config",
    "core/resource",
    "core/graph",
    "core/catalog",
    "core/policy",
    "schemas",
  ],
  "core/apply": [...LEAVES, "core/resource", "core/graph", "core/catalog", "core/plan"],
  "core/backup": [
    ...LEAVES,
    "core/vault",
    "core/policy",
    "core/resource",
    "core/catalog",
    "core/jobs",
  ],
  "core/restore": [
    ...LEAVES,
    "core/vault",
    "core/policy",
    "core/resource",
    "core/catalog",
    "core/jobs",
  ],
  "core/gitops": [...LEAVES, "core/plan", "core/apply", "core/jobs"],
  "core/operations": [
    ...LEAVES,
    "core/config",
    "core/resource",
    "core/graph",
    "core/policy",
    "core/storage",
    "core/vault",
    "core/catalog",
    "core/jobs",
    "core/plan",
    "core/apply",
    "core/backup",
    "core/restore",
    "core/gitops",
    "schemas",
  ],

  "providers/local": [
    ...LEAVES,
    "core/resource",
    "core/storage",
    "core/catalog",
    "core/jobs",
    "schemas",
  ],
  "providers/sqlserver": [...LEAVES, "core/resource", "core/storage", "schemas"],
  "providers/azure": [
    ...LEAVES,
    "core/resource",
    "core/storage",
    "core/catalog",
    "core/jobs",
    "schemas",
  ],
  "providers/terraform": [...LEAVES, "core/resource", "schemas"],
  "providers/sandbox": ["core/kit"],

  "cmd/views": [...LEAVES, "core/plan", "schemas"],
  "cmd/ui": [...LEAVES, "core/plan", "cmd/views"],
  "cmd/commands": [...LEAVES, "core/operations", "core/language", "cmd/views", "cmd/ui"],
  "cmd/main.ts": [
    ...LEAVES,
    "core/operations",
    "core/resource",
    "core/storage",
    "core/catalog",
    "core/jobs",
    "providers/local",
    "providers/sqlserver",
    "providers/azure",
    "providers/terraform",
    "providers/sandbox",
    "cmd/commands",
    "cmd/views",
  ],
};

/** Folders that only their own door file lets the rest of the code into. */
export const DOORS: Readonly<Record<string, string>> = {
  "core/vault": "core/vault/vault.ts",
};

/** npm packages, and the only rooms that may import them. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  zod: ["schemas"],
  croner: ["core/policy"],
  "jsonc-parser": ["core/language"],
  re2js: ["core/language"],
  diff: ["cmd/views"],
  ink: ["cmd/ui"],
  react: ["cmd/ui"],
  mssql: ["providers/sqlserver"],
  tedious: ["providers/sqlserver"],
  cdktf: ["providers/terraform"],
  "@cdktf/": ["providers/terraform"],
  "@azure/": ["providers/azure"],
};

/** `node:` modules that core may import; files, sockets and processes belong to providers and cmd. */
export const CORE_NODE_MODULES: readonly string[] = [
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:stream",
  "node:util",
  "node:worker_threads",
  "node:zlib",
];
