/** What kind of server a configuration says that one is. */
export type ServerKind = "azure_sql" | "managed_instance" | "azure_vm" | "sql_server";
