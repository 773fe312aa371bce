/** Backs up databases of `server.main` into a vault in a folder, with its key in TEST_VAULT_KEY. */
export function goldBlocks(databases: readonly string[], retention: string): string {
  const list = databases.map((name) => JSON.stringify(name)).join(", ");
  return `vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "TEST_VAULT_KEY" }
}

retention "standard" {${retention}}

policy "gold" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}

backup_set "data" {
  server = server.main
  policy = policy.gold
  vault  = vault.main
  databases { include = [${list}] }
}
`;
}
