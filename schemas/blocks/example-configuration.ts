/** A small whole configuration: the surroundings of every example of the reference. */
export const EXAMPLE_CONFIGURATION = `credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "ORDERS_PASSWORD"
}

server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}

vault "main" {
  storage "local" {
    path = "./vault"
  }

  encryption {
    key_env = "HOLDFAST_VAULT_KEY"
  }
}

retention "standard" {
  daily    = 10
  weekly   = 4
  monthly  = 12
  timezone = "Europe/Berlin"
}

policy "gold" {
  method    = "snapshot"
  retention = retention.standard

  full { schedule = "0 21 * * *" }
}

backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main

  databases {
    include = ["*"]
  }
}
`;
