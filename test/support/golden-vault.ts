import { type ObjectBytes, seededBytes } from "./vault.ts";

/** Where the sample of vault format 1 lies. Its key is `TEST_KEY`. */
export const GOLDEN_VAULT = new URL("../golden/formats/vault-1", import.meta.url);

/** What the sample holds: its two points, oldest first. */
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
