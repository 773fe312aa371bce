import type { CatalogObject, CatalogVersion } from "../catalog/catalog.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";

/** What the catalog records. */
export interface RecordedObjects {
  readonly version: CatalogVersion;
  readonly objects: readonly CatalogObject[];
}

export async function readState(ports: Ports): Promise<RecordedObjects> {
  await using catalog = await openProjectReader(ports);
  return { version: await catalog.version(), objects: await catalog.objects() };
}
