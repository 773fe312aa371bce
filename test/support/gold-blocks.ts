interface SetWords {
  /** Of the policy. */
  readonly policy: string;
  readonly method: string;
  /** Of the backup set. */
  readonly name: string;
  readonly databases: readonly string[];
}

/** A policy, and the set of databases of `server.main` that is backed up by it into `vault.main`. */
export function setBlocks({ policy, method, name, databases }: SetWords): string {
  const list = databases.map((database) => JSON.stringify(database)).join(", ");
  return `policy "${policy}" {
  method    = "${method}"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}

backup_set "${name}" {
  server = server.main
  policy = policy.${policy}
  vault  = vault.main
  databases { include = [${list}] }
}
`;
}

/** Backs up databases of `server.main` into a vault in a folder, with its key in TEST_VAULT_KEY. */
export function goldBlocks(databases: readonly string[], retention: string): string {
  return `vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "TEST_VAULT_KEY" }
}

retention "standard" {${retention}}

${setBlocks({ policy: "gold", method: "snapshot", name: "data", databases })}`;
}
