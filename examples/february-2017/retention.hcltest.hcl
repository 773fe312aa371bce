# Times are by the clock of the policy, America/Los_Angeles. history.ndjson has what ran in February 2017: four full
# backups, done on the 1st at 16:00 and on the 8th, 15th and 22nd at 15:00, and a differential every evening at 21:00.

locals {
  full = { for day in [1, 8, 15, 22] : day => "2017-02-${format("%02d", day)}T${day == 1 ? 16 : 15}:00:00" }

  # evening[3] is the differential of 3 February, so slice(local.evening, 3, 13) are those of 3 to 12 February.
  evening = [for day in range(29) : format("2017-02-%02dT21:00:00", day)]
}

test "full backups alone: the first is kept to the end of its tenth day" {
  policy = policy.fulls_only

  given {
    full {
      started_at   = "2017-02-01T12:00:00"
      completed_at = "2017-02-01T16:00:00"
    }
    full {
      started_at   = "2017-02-08T12:00:00"
      completed_at = "2017-02-08T15:00:00"
    }
  }

  when { at = "2017-02-11T23:59:59" }
  then {
    visible { full = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"] }
    expires = { "2017-02-01T16:00:00" = "2017-02-12" }
  }

  when { at = "2017-02-12T00:00:00" }
  then {
    visible { full = ["2017-02-08T15:00:00"] }
    restorable {
      exactly = ["2017-02-08T15:00:00"]
      not_at  = ["2017-02-01T16:00:00"]
    }
  }
}

test "on 11 February at five there are two full and ten differential points" {
  policy = policy.february
  given { history = "history.ndjson" }
  when { at = "2017-02-11T05:00:00" }
  then {
    points = 12
    visible {
      full         = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"]
      differential = slice(local.evening, 1, 11)
    }
  }
}

test "on 13 February at eleven the first full is kept for its differentials" {
  policy = policy.february
  given { history = "history.ndjson" }
  when { at = "2017-02-13T11:00:00" }
  then {
    points = 12
    visible {
      full = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"]
      differential = [
        "2017-02-03T21:00:00", "2017-02-04T21:00:00", "2017-02-05T21:00:00", "2017-02-06T21:00:00",
        "2017-02-07T21:00:00", "2017-02-08T21:00:00", "2017-02-09T21:00:00", "2017-02-10T21:00:00",
        "2017-02-11T21:00:00", "2017-02-12T21:00:00",
      ]
    }
    base = {
      "2017-02-07T21:00:00" = "2017-02-01T16:00:00"
      "2017-02-08T21:00:00" = "2017-02-08T15:00:00"
      "2017-02-08T15:00:00" = "none"
    }
    kept_by { dependency = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"] }
    expires = {
      "2017-02-03T21:00:00" = "2017-02-14"
      "2017-02-01T16:00:00" = "2017-02-18"
    }
    restorable {
      at     = ["2017-02-01T16:00:00", "2017-02-03T21:00:00"]
      not_at = ["2017-02-01T21:00:00", "2017-02-02T21:00:00"]
    }
  }
}

test "the month, moment by moment" {
  policy = policy.february
  given { history = "history.ndjson" }

  when { at = "2017-02-11T23:59:59" }
  then {
    points = 13
    visible {
      full         = [local.full[1], local.full[8]]
      differential = slice(local.evening, 1, 12)
    }
  }

  when { at = "2017-02-12T00:00:00" }
  then {
    points = 12
    visible {
      full         = [local.full[1], local.full[8]]
      differential = slice(local.evening, 2, 12)
    }
  }

  when { at = "2017-02-12T11:00:00" }
  then {
    points = 12
    visible {
      full         = [local.full[1], local.full[8]]
      differential = slice(local.evening, 2, 12)
    }
  }

  when { at = "2017-02-17T23:59:59" }
  then {
    points = 14
    visible {
      full         = [local.full[1], local.full[8], local.full[15]]
      differential = slice(local.evening, 7, 18)
    }
  }

  when { at = "2017-02-18T00:00:00" }
  then {
    points = 12
    visible {
      full         = [local.full[8], local.full[15]]
      differential = slice(local.evening, 8, 18)
    }
  }

  when { at = "2017-02-25T00:00:00" }
  then {
    points = 12
    visible {
      full         = [local.full[15], local.full[22]]
      differential = slice(local.evening, 15, 25)
    }
  }
}

test "the last point of a week stands for it, with what it needs" {
  policy = policy.with_weeks
  given { history = "history.ndjson" }
  when { at = "2017-02-20T00:00:00" }
  then {
    kept_by {
      weekly = ["2017-02-05T21:00:00", "2017-02-12T21:00:00", "2017-02-19T21:00:00"]
    }
    base    = { "2017-02-05T21:00:00" = "2017-02-01T16:00:00" }
    expires = { "2017-02-05T21:00:00" = "2017-03-06" }
  }
}

test "full backups alone: the full of 1 February stands for its week" {
  policy = policy.with_weeks
  given {
    dynamic "full" {
      for_each = local.full
      content {
        started_at   = "${substr(full.value, 0, 10)}T12:00:00"
        completed_at = full.value
      }
    }
  }
  when { at = "2017-02-12T11:00:00" }
  then {
    visible { full = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"] }
    kept_by { weekly = ["2017-02-01T16:00:00", "2017-02-08T15:00:00"] }
  }
}
