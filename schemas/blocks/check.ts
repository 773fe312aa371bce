import type { BlockSchema } from "./block-schema.ts";
import { CONDITION } from "./meta-arguments.ts";

/** `check "NAME"`: says when something is not as it should be, and stops nothing. */
export const CHECK = {
  type: "check",
  description: "Says when something is not as it should be, and stops nothing.",
  use: "Write one for what you want to be told of at every plan. An assertion that does not hold is a warning, and so is one that meets null where it compares; `plan -enforce-checks` and `apply -enforce-checks` fail then. What there is to check about recovery points is in [checks](../checks.md). To stop every plan, use a [precondition](lifecycle.md) or the [validation](variable.md) of a variable.",
  example: `variable "owner" {
  type    = string
  default = "dba@contoso.example"
}

check "ownership" {
  assert {
    condition     = endswith(var.owner, "@contoso.example")
    error_message = "The owner should be a colleague, and is \${var.owner}."
  }
}
`,
  arguments: {},
  blocks: {
    data: {
      absent: "null",
      labels: ["type", "name"],
      description: "A data source for this check.",
      note: "Its labels and arguments are those of a [data source](README.md#data-sources).",
      body: { arguments: {}, inputs: true },
    },
    assert: {
      required: true,
      repeatable: true,
      absent: "null",
      description: "What should hold.",
      body: CONDITION,
    },
  },
} as const satisfies BlockSchema;
