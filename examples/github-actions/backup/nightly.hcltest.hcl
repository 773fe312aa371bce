# What was promised to the owners of the orders. `holdfast test` plays it in virtual time, in every pull request.

locals {
  # nights[3] ends in the night of 3 February 2026.
  nights = [for day in range(29) : format("2026-02-%02dT02:00:00", day)]
}

test "each night of the last ten days, and Sundays before" {
  policy = policy.nightly

  given {
    dynamic "full" {
      for_each = slice(local.nights, 1, 25)
      content {
        started_at   = replace(full.value, "T02", "T01")
        completed_at = full.value
      }
    }
  }

  when { at = "2026-02-24T12:00:00" }
  then {
    visible {
      full = concat([local.nights[1], local.nights[8]], slice(local.nights, 14, 25))
    }
    restorable { at = [local.nights[24]] }
  }
}
