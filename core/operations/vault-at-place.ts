import type { Address } from "../address/address.ts";
import { isNetworkAddress, parseBlobAddress } from "./blob-address.ts";
import { containerByEnvironment } from "./environment-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** The vault of the catalog that lies at a folder or an address, by their words: what a link leads to is not known for the same. */
export function vaultAtPlace(
  place: string,
  resources: ResourceLookup,
  ports: Pick<ReadingPorts, "files" | "environment">,
): Address | undefined {
  const wanted = isNetworkAddress(place) ? containerAt(place, ports) : folderAt(place, ports);
  return resources.all("vault").find((address) => {
    const { storage } = resources.get(address, "vault");
    const own =
      storage.type === "local"
        ? folderAt(storage.path, ports)
        : containerOf(storage.account_url, storage.container);
    return own === wanted;
  });
}

function folderAt(path: string, { files }: Pick<ReadingPorts, "files">): string {
  return files.resolve(path).replace(/(?<=.)[/\\]+$/, "");
}

function containerAt(place: string, ports: Pick<ReadingPorts, "environment">): string {
  const address = parseBlobAddress(place);
  const { accountUrl, container } = containerByEnvironment(address, ports);
  return containerOf(accountUrl, `${container}/${address.prefix}`);
}

function containerOf(accountUrl: string, container: string): string {
  const ends = [accountUrl, container].map((text) => text.replace(/\/+$/, ""));
  return ends.join("/").toLowerCase();
}
