# The configuration that the workflows plan and apply. `validate` checks it without any server or secret.

holdfast {
  purge_grace = "7d"

  # On the runner's own disk: the checkout is thrown away.
  catalog "local" {
    path = "/srv/holdfast/catalog.db"
  }
}

credential "ci" {
  type = "entra_default"
}

server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}

vault "main" {
  storage "azure_blob" {
    account_url = "https://contosobackup.blob.core.windows.net"
    container   = "holdfast"
    credential  = credential.ci
  }

  encryption {
    key_env = "HOLDFAST_VAULT_KEY"
  }
}

retention "standard" {
  daily    = 10
  weekly   = 4
  monthly  = 12
  timezone = "America/Los_Angeles"
}

policy "nightly" {
  method    = "snapshot"
  retention = retention.standard

  full {
    schedule = "0 1 * * *"
  }
}

backup_set "orders" {
  server = server.orders
  policy = policy.nightly
  vault  = vault.main

  databases {
    include = ["*"]
  }
}
