# The rules of retention on the dates of February 2017: Wednesdays at noon a full backup, every evening at nine a
# differential, each point kept for ten days. Nothing here needs a server; `holdfast test` runs the stories beside it.

holdfast {
  prices { storage_gib_month = 0.02 }
}

locals {
  noon_on_wednesdays  = "0 12 * * WED"
  nine_in_the_evening = "0 21 * * *"
}

retention "ten_days" {
  daily    = 10
  timezone = "America/Los_Angeles"
}

retention "ten_days_four_weeks" {
  daily    = 10
  weekly   = 4
  timezone = "America/Los_Angeles"
}

policy "february" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = local.noon_on_wednesdays }
  differential { schedule = local.nine_in_the_evening }
}

policy "fulls_only" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = local.noon_on_wednesdays }
}

policy "with_weeks" {
  method    = "native"
  retention = retention.ten_days_four_weeks
  full { schedule = local.noon_on_wednesdays }
  differential { schedule = local.nine_in_the_evening }
}

policy "with_logs" {
  method    = "native"
  retention = retention.ten_days
  full { schedule = local.noon_on_wednesdays }
  differential { schedule = local.nine_in_the_evening }
  log { every = "30m" }
}
