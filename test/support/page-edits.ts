import { databasePages } from "./database-pages.ts";
import { seededBytes } from "./vault.ts";

const PAGE = 8192;

/** What may happen to a data file between two backups; numbers say where and are taken modulo what there is. */
export type PageEdit =
  | { readonly kind: "change"; readonly page: number }
  | { readonly kind: "tear"; readonly page: number }
  | { readonly kind: "blank"; readonly page: number }
  | { readonly kind: "append"; readonly count: number }
  | { readonly kind: "insert"; readonly at: number; readonly count: number }
  | { readonly kind: "drop"; readonly at: number; readonly count: number }
  | { readonly kind: "shift"; readonly bytes: number };

/** The bytes after the edit. The same seed makes the same bytes. */
export function editPages(bytes: Buffer, edit: PageEdit, seed: string): Buffer {
  const pages = Math.max(1, Math.floor(bytes.length / PAGE));
  const random = seededBytes(seed);
  const edited = Buffer.from(bytes);
  switch (edit.kind) {
    case "change":
      edited.set(random(500), Math.min((edit.page % pages) * PAGE + 100, bytes.length - 500));
      return edited;
    case "tear":
      edited.set(random(512), Math.min((edit.page % pages) * PAGE + 4096, bytes.length - 512));
      return edited;
    case "blank":
      return edited.fill(0, (edit.page % pages) * PAGE, ((edit.page % pages) + 1) * PAGE);
    case "append":
      return Buffer.concat([bytes, databasePages(seed, { first: 8 * pages, count: edit.count })]);
    case "insert":
      return splice(bytes, (edit.at % pages) * PAGE, {
        dropped: 0,
        added: databasePages(seed, { first: 80_000, count: edit.count }),
      });
    case "drop":
      return splice(bytes, (edit.at % pages) * PAGE, {
        dropped: edit.count * PAGE,
        added: Buffer.alloc(0),
      });
    case "shift":
      return Buffer.concat([random(edit.bytes), bytes]);
    default:
      return edit satisfies never;
  }
}

function splice(
  bytes: Buffer,
  at: number,
  { dropped, added }: { readonly dropped: number; readonly added: Buffer },
): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + dropped)]);
}
