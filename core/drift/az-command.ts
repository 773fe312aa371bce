import type { AzureDatabasePlace } from "../resource/azure-sql.ts";
import { quoteWord } from "./subject.ts";

/** `az sql db delete --subscription i --resource-group g --server s --name shop --yes`, or `az sql midb …`: for a POSIX shell. */
export function azCommand(place: AzureDatabasePlace, verb: string, more: string): string {
  const { kind, subscriptionId, resourceGroup, server, database } = place;
  const isInstance = kind === "managed_instance";
  const [group, holder] = isInstance ? ["sql midb", "--managed-instance"] : ["sql db", "--server"];
  const where = `--subscription ${quoteWord(subscriptionId)} --resource-group ${quoteWord(resourceGroup)} ${holder} ${quoteWord(server)}`;
  const tail = more === "" ? "" : ` ${more}`;
  return `az ${group} ${verb} ${where} --name ${quoteWord(database)}${tail}`;
}
