/** A mistake that people make, in a configuration that has no other. */
export interface TypicalMistake {
  readonly title: string;
  readonly text: string;
  /** What the message does for the reader. */
  readonly note: string;
}

const STANDARD = `retention "standard" {
  daily = 10
}
`;

/** Mistakes of people who come from Terraform, the most typical first. */
export const TYPICAL_MISTAKES: readonly TypicalMistake[] = [
  {
    title: "A word of Terraform",
    text: `resource "retention" "standard" {
  daily = 10
}
`,
    note: "It knows where the word comes from and gives the line to write. `provider`, `terraform`, `required_providers`, `backend`, `terraform.workspace` and sources of a registry are answered likewise.",
  },
  {
    title: "A misspelt argument",
    text: `retention "standard" {
  dialy = 10
}
`,
    note: "It names the argument that was meant, and does not report that one as missing too: one mistake, one message.",
  },
  {
    title: "A misspelt reference",
    text: `${STANDARD}
policy "gold" {
  method    = "native"
  retention = retention.standrad
  full { schedule = "@daily" }
}
`,
    note: "It says what was looked for, retentions, and which of them has the name most like it. Where none is alike, it lists those that there are.",
  },
  {
    title: "Forgotten quotation marks",
    text: `credential "azure" {
  type = entra_default
}
`,
    note: "It says what a bare word means to the language, and shows the text as it should stand.",
  },
  {
    title: "A reference in quotation marks",
    text: `${STANDARD}
policy "gold" {
  method    = "native"
  retention = "standard"
  full { schedule = "@daily" }
}
`,
    note: "It finds the block that is meant by the bare name and spells the reference out.",
  },
  {
    title: "An equals sign before a block",
    text: `vault "main" {
  storage "local" { path = "./vault" }
  encryption = { key_env = "HOLDFAST_VAULT_KEY" }
}
`,
    note: "It tells a block from an argument of the same name; that the block is missing goes without saying.",
  },
  {
    title: "A string without its end",
    text: `retention "standard" {
  daily    = 10
  timezone = "Europe/Berlin
  weekly   = 4
}
`,
    note: "It points at the end of the line that is at fault; the lines below are read as if the string had ended there.",
  },
  {
    title: "A list for `for_each`",
    text: `retention "by_region" {
  for_each = ["eu", "us"]
  daily    = 10
}
`,
    note: "It says what fits, what was found and which function makes the one from the other.",
  },
  {
    title: "A wrong value in one of many",
    text: `variable "days" {
  type    = map(number)
  default = { eu = 10, us = 0 }
}

retention "by_region" {
  for_each = var.days
  daily    = each.value
}
`,
    note: "It shows the value that does not fit and the rule. A sensitive value is never shown.",
  },
  {
    title: "A method that cannot do it",
    text: `${STANDARD}
policy "gold" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "@daily" }
  log { every = "30m" }
}
`,
    note: "It says before any backup that a promised one could never run. It points at the promise, not at the method, since both may be the mistake.",
  },
];
