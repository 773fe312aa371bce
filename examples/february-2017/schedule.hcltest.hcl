# What runs when, by the policy's own schedule.

test "full backups start at noon on the four Wednesdays" {
  policy = policy.fulls_only
  given {
    schedule {
      from = "2017-02-01"
      durations { full = "4h" }
    }
  }
  when { at = "2017-02-28T23:59:59" }
  then {
    ran {
      full = ["2017-02-01T12:00:00", "2017-02-08T12:00:00", "2017-02-15T12:00:00", "2017-02-22T12:00:00"]
    }
  }
}

test "logs count from the end of the full, and the differential takes the turn of a log" {
  policy = policy.with_logs
  given {
    schedule {
      from = "2017-02-01"
      durations { full = "4h" }
    }
  }
  when { at = "2017-02-01T21:29:59" }
  then {
    points = 11
    ran {
      full         = ["2017-02-01T12:00:00"]
      differential = ["2017-02-01T21:00:00"]
      log = [
        "2017-02-01T16:30:00", "2017-02-01T17:00:00", "2017-02-01T17:30:00",
        "2017-02-01T18:00:00", "2017-02-01T18:30:00", "2017-02-01T19:00:00",
        "2017-02-01T19:30:00", "2017-02-01T20:00:00", "2017-02-01T20:30:00",
      ]
    }
    restorable {
      exactly = ["2017-02-01T16:00:00 to 2017-02-01T20:30:00", "2017-02-01T21:00:00"]
      not_at  = ["2017-02-01T15:59:59", "2017-02-01T20:45:00"]
    }
  }
}

test "logs live by the daily class alone, and are no use once nothing leads to them" {
  policy = policy.with_logs
  given {
    schedule {
      from = "2017-02-01"
      durations { full = "4h" }
    }
  }
  when { at = "2017-02-13T11:00:00" }
  then {
    restorable {
      at     = ["2017-02-03T21:00:00", "2017-02-03T22:10:00", "2017-02-13T10:45:00"]
      not_at = ["2017-02-03T12:00:00"]
    }
  }
}
