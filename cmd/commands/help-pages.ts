/** A page of the documents that `help -search` finds. */
export interface HelpPage {
  /** From the project's root. */
  readonly path: string;
  readonly about: string;
  /** What people call it who come from elsewhere. */
  readonly words: string;
}

export const HELP_PAGES: readonly HelpPage[] = [
  {
    path: "docs/cdc.md",
    about: "Backups of captured changes",
    words: "cdc change data capture backups incremental log",
  },
  {
    path: "docs/isolated-copy.md",
    about: "Backups through a copy",
    words: "isolated copy copies azure sql non-cdc agentless ephemeral bridge elastic pool",
  },
  {
    path: "docs/reference/policy.md",
    about: "The methods of a policy, and what each can do on which server",
    words:
      "non-cdc full backup backups snapshot native files isolated copy copies data protection method schedule",
  },
  {
    path: "docs/reference/backup_set.md",
    about: "Which databases are protected, by which policy, into which vault",
    words: "system databases master msdb model include exclude data protection",
  },
  {
    path: "docs/restore.md",
    about: "Restore to a point or a moment",
    words: "recovery point in time granular tables encryption tde certificates",
  },
  {
    path: "docs/retention.md",
    about: "How long recovery points live",
    words: "retention daily weekly monthly yearly expiry recovery points",
  },
  {
    path: "docs/tripwires.md",
    about: "Suspect recovery points",
    words: "ransomware encrypted data clocks suspect",
  },
  {
    path: "docs/forecast.md",
    about: "Worst-case data loss, growth and cost",
    words: "rpo rto data loss growth cost capacity",
  },
  {
    path: "docs/stores.md",
    about: "Where a vault lies",
    words: "azure blob storage folder immutability tiers archive rights",
  },
  { path: "docs/keys.md", about: "The key of a vault", words: "azure key vault encryption rotate" },
  { path: "docs/drift.md", about: "What changed outside of Holdfast", words: "drift observe" },
  { path: "docs/diff.md", about: "Rows that differ between two points", words: "compare rows" },
  { path: "docs/adoption.md", about: "Databases that exist already", words: "import adopt" },
  { path: "docs/approvals.md", about: "Who may delete what", words: "approve purge ssh keys" },
  { path: "docs/sync.md", about: "Following a branch", words: "git gitops pull request ci" },
  { path: "docs/errors.md", about: "Every error code", words: "error codes exit" },
  {
    path: "docs/azure.md",
    about: "Signing in to Azure, roles, users, the firewall, finding servers",
    words:
      "azure sql entra service principal managed identity token roles firewall discover sql_servers subscription",
  },
  {
    path: "docs/synth.md",
    about: "Terraform for what is needed in Azure",
    words: "terraform azure",
  },
];
