/** Which of its kin the sandbox stands for. */
export type Flavour = "sql_server" | "azure_sql" | "managed_instance" | "azure_vm";

/** What a server says of itself in SERVERPROPERTY and @@VERSION. */
export interface ServerIdentity {
  readonly engineEdition: number;
  readonly edition: string;
  readonly editionId: number;
  readonly productVersion: string;
  readonly productLevel: string;
  readonly versionText: string;
}

const BOX: ServerIdentity = {
  engineEdition: 3,
  edition: "Developer Edition (64-bit)",
  editionId: -2_117_995_310,
  productVersion: "16.0.1000.6",
  productLevel: "RTM",
  versionText:
    "Holdfast sandbox 16.0.1000.6 (X64), a stand-in for Microsoft SQL Server 2022\n\tDeveloper Edition",
};

/** Both services of Azure name the same edition and count their version from 12 (documentation of SERVERPROPERTY). */
const SERVICE: ServerIdentity = {
  engineEdition: 5,
  edition: "SQL Azure",
  editionId: 1_674_378_470,
  productVersion: "12.0.2000.8",
  productLevel: "RTM",
  versionText: "Holdfast sandbox 12.0.2000.8, a stand-in for Microsoft SQL Azure (RTM)",
};

const IDENTITIES: Readonly<Record<Flavour, ServerIdentity>> = {
  sql_server: BOX,
  azure_vm: BOX,
  azure_sql: SERVICE,
  managed_instance: { ...SERVICE, engineEdition: 8 },
};

/** EngineEdition is 3 of SQL Server Developer, 5 of Azure SQL Database, 8 of a managed instance (documentation of SERVERPROPERTY). */
export function identityOf(flavour: Flavour): ServerIdentity {
  return IDENTITIES[flavour];
}
