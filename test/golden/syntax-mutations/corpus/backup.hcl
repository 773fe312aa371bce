# Servers and what is kept of them.
variable "hosts" {
  type    = map(object({ host = string, port = optional(number, 1433) }))
  default = { orders = { host = "10.0.0.4" }, "stock-1" = { host = "10.0.0.5", port = 14330 } }
}

locals {
  names  = [for name, server in var.hosts : upper(name) if server.port != 1433]
  ports  = { for name, server in var.hosts : server.port => name... }
  weekly = 4 * 1 + 2.5e1 % 3 - -1
  big    = 123456789012345678901234567890
  is_new = !(local.weekly >= 4 && length(local.names) < 10) || false
}

server "sql" {
  for_each   = var.hosts
  kind       = "sql_server"
  host       = each.value.host
  port       = each.value.port == null ? 1433 : each.value.port
  credential = credential.shop // the same for all
  tls { ca_file = "./ca.pem" }
}

policy "gold" {
  method = "native"

  full { schedule = "0 21 * * *" }
  log {
    every = "15m"
  }

  lifecycle {
    ignore_changes = [retention, vault["local"].path, tags[0]]
    precondition {
      condition     = length(var.hosts) > 0
      error_message = "Name a server, not ${length(var.hosts)}."
    }
  }
}

/* Sets of databases
   of every server. */
backup_set "all" {
  for_each  = server.sql
  server    = server.sql[each.key]
  hosts     = server.sql.*.host
  ports     = server.sql[*].port[0]
  databases { include = ["Shop", "Stock%", try(each.value, "x")] }
  tags = {
    team    = "dba"
    (local.names[0]) : "computed"
    "a b"   = null, c = true
  }
}
