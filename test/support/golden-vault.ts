import { toInstant } from "../../core/kit/clock.ts";
import type { PointFacts } from "../../core/vault/vault.ts";
import { type ObjectBytes, pointFacts, seededBytes } from "./vault.ts";

/** A vault with manifests of format 3: a full of method cdc, and changes after it. */
export const GOLDEN_CHANGES = new URL("../golden/formats/vault-2-changes", import.meta.url);

/** What the manifests of that vault say; `full` is the id of the first point. */
export function goldenChanges(full: string): readonly [PointFacts, PointFacts] {
  const [first, second] = [Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 0, 6, 12)];
  const place = { identity: "7:5a", enabledBy: "engine" } as const;
  const reached = ["0000002d000001e80047", "0000002d000001f80003"] as const;
  return [
    {
      ...pointFacts(first),
      method: "cdc",
      consistency: "fuzzy",
      convertedFrom: "cdc",
      conversionReason: "cdc_config_mismatch",
      changes: { ...place, after: reached[0], reached: reached[0], reachedAt: toInstant(first) },
    },
    {
      ...pointFacts(second),
      type: "cdc",
      method: "cdc",
      base: full,
      changes: { ...place, after: reached[0], reached: reached[1], reachedAt: toInstant(second) },
    },
  ];
}

/** A vault with a manifest of format 5, whose point has notes. */
export const GOLDEN_NOTES = new URL("../golden/formats/vault-2-notes", import.meta.url);

export const GOLDEN_NOTED: PointFacts = {
  ...pointFacts(Date.UTC(2026, 0, 7, 12)),
  notes: ["Not part of the backup: 1 full-text index.", "Straße; Größe 日本"],
};

/** Where the sample of vault format 1 lies. Its key is `TEST_KEY`. */
export const GOLDEN_VAULT = new URL("../golden/formats/vault-1", import.meta.url);

/** The sample of format 2, of BLAKE3: the same two points, and one with a stream. */
export const GOLDEN_VAULT_2 = new URL("../golden/formats/vault-2", import.meta.url);

/** The stream of the sample of format 2: text, pages of a data file from within an extent on, and text. */
export function goldenStream(): Uint8Array {
  const pages = Array.from({ length: 60 }, (_, index) => {
    const page = Buffer.alloc(8192, `page ${index} `.repeat(20));
    page.fill(0, 0, 96);
    page[0] = 1;
    page.writeUInt32LE(85 + index, 32);
    page.writeUInt16LE(1, 36);
    return page;
  });
  const text = Buffer.from("before and after the pages; ".repeat(2000));
  return Buffer.concat([text, ...pages, text]);
}

/** The sample of format 2 with a listing of extents, of BLAKE3: a stream in five generations. */
export const GOLDEN_EXTENTS = new URL("../golden/formats/vault-2-extents", import.meta.url);

/** Which pages change in each generation: extents are patched of two, three and four sources, then of two again, and one is based anew. */
const CHANGED_PAGES = [[], [0, 8, 16, 17, 18, 19, 20], [1, 8], [2, 24], [3, 25]];

/** The stream, oldest first. */
export function goldenGenerations(): readonly Uint8Array[] {
  const versions = Array.from({ length: 60 }, () => 0);
  return CHANGED_PAGES.map((changed, generation) => {
    for (const page of changed) versions[page] = generation;
    const pages = versions.map((version, index) => {
      const page = Buffer.alloc(8192, `page ${index} of version ${version} `.repeat(20));
      page.fill(0, 0, 96);
      page[0] = 1;
      page.writeUInt32LE(80 + index, 32);
      page.writeUInt16LE(1, 36);
      return page;
    });
    return Buffer.concat([Buffer.from("before the pages; ".repeat(300)), ...pages]);
  });
}

/** The sample with manifests of format 4, of BLAKE3: two tables in four generations. */
export const GOLDEN_GROUPS = new URL("../golden/formats/vault-2-groups", import.meta.url);

/** Which groups change in each generation: groups are put together of two, three and four sources, then of two again. */
const CHANGED_GROUPS = [[], [0, 3, 4], [3, 4], [4], [4]];

/** The tables, oldest first; one has a single group. Each change is of another row, and is taken into the next generation. */
export function goldenTables(): readonly ObjectBytes[] {
  const versions = Array.from({ length: 6 }, () => Array.from({ length: 40 }, () => 0));
  return CHANGED_GROUPS.map((changed, generation) => {
    for (const group of changed)
      versions[group]?.fill(generation, generation * 7, generation * 7 + 2);
    const groups = versions.map((rows, group) =>
      Buffer.from(
        rows
          .map((version, row) => `row ${row} of ${group}, version ${version}; `.repeat(3))
          .join(""),
      ),
    );
    return { "rows/dbo.Orders": groups, "rows/dbo.Small": groups.slice(4, 5) };
  });
}

/** What the samples hold: their two points, oldest first. */
export function goldenPoints(): readonly {
  readonly createdAt: number;
  readonly objects: ObjectBytes;
}[] {
  const random = seededBytes("golden");
  const schema = [Buffer.from("CREATE TABLE [dbo].[Orders] ([id] int NOT NULL);\n")];
  const text = Array.from({ length: 200 }, (_, at) =>
    Buffer.from(`order ${at} of many, `.repeat(20)),
  );
  const noise = Array.from({ length: 10 }, () => random(100));
  const first = { schema, "rows/dbo.Orders": text, "rows/dbo.Empty": [] };
  const second = { ...first, "rows/dbo.Nöte 💾": [...noise, ...noise] };
  return [
    { createdAt: Date.UTC(2026, 0, 5, 12), objects: first },
    { createdAt: Date.UTC(2026, 0, 6, 12), objects: second },
  ];
}

/** A vault of format 2 with a lease of each kind, marks, a note, a tombstone and a record of verification, and what they say. */
export const GOLDEN_SIGNS = new URL("../golden/formats/vault-2-signs/", import.meta.url);
