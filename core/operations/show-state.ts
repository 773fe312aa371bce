import type { CatalogObject, CatalogVersion } from "../catalog/catalog.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { selectObject, selectObjects } from "./select-objects.ts";

/** What the catalog records. */
export interface RecordedObjects {
  readonly version: CatalogVersion;
  readonly objects: readonly CatalogObject[];
}

export async function readState(ports: Ports): Promise<RecordedObjects> {
  await using catalog = await openProjectReader(ports);
  return { version: await catalog.version(), objects: await catalog.objects() };
}

/** The recorded objects that these texts name, all where there are none. STATE_NOT_FOUND. */
export async function listState(texts: readonly string[], ports: Ports): Promise<RecordedObjects> {
  const { version, objects } = await readState(ports);
  if (texts.length === 0) return { version, objects };
  const recorded = objects.map(({ address }) => address);
  const chosen = new Set(texts.flatMap((text) => selectObjects(text, recorded)));
  return { version, objects: objects.filter(({ address }) => chosen.has(address)) };
}

/** One recorded object. STATE_NOT_FOUND, RESOURCE_AMBIGUOUS. */
export async function readObject(text: string, ports: Ports): Promise<RecordedObjects> {
  const { version, objects } = await readState(ports);
  const chosen = selectObject(
    text,
    objects.map(({ address }) => address),
  );
  return { version, objects: objects.filter(({ address }) => address === chosen) };
}
