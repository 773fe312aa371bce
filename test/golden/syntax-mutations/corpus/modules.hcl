module "site" {
  source   = "./site"
  for_each = toset(["vienna", "graz"])
  name     = each.key
  servers  = { for k, s in var.servers : k => s if s.site == each.key }
}

moved {
  from = server.old
  to   = server.new["a"]
}

import {
  to = vault.local
  id = "local:./vault"
}

check "ages" {
  data "points" "recent" {
    server = server.sql
  }
  assert {
    condition     = data.points.recent.count > 0
    error_message = "There is no point of the last ${var.days} days."
  }
}

resource dynamic_like {
  dynamic "log" {
    for_each = var.logs
    iterator = entry
    labels   = []
    content { every = entry.value["every"] }
  }
}

output "names" {
  value     = values(module.site)[*].name
  sensitive = true
}
