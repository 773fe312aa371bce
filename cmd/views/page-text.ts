import type {
  ByteRange,
  DataFileResult,
  OtherBytesResult,
  PageEvent,
  PageRange,
} from "../../core/diff/page-event.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import type { DiffTotals } from "./diff-json.ts";
import type { Paint } from "./paint.ts";
import { printable, wrapLine } from "./text-layout.ts";

const PAGE_SIZE = 8192;
const MARKS = { added: "+", removed: "-", changed: "~" } as const;

interface PageTextOptions {
  readonly paint: Paint;
  readonly width: number;
  readonly limit?: number | undefined;
}

/** `1:2042`, `1:4096-4103`: as SQL Server names pages. */
function rangeText({ file, from, to }: PageRange): string {
  return from === to ? `${file}:${from}` : `${file}:${from}-${to}`;
}

/** There may be millions, which no call takes as its arguments. */
function addUpTo<T>(limit: number, more: readonly T[], into: T[]): void {
  for (const each of more) {
    if (into.length >= limit) return;
    into.push(each);
  }
}

/** What is said of the pages of backup files; ranges stand under what they belong to. */
export class PageText {
  readonly #options: PageTextOptions;
  #pages: PageRange[] = [];
  #pageRanges = 0;
  #bytes: ByteRange[] = [];
  #byteRanges = 0;

  constructor(options: PageTextOptions) {
    this.#options = options;
  }

  add(event: PageEvent): string {
    const { limit = 0 } = this.#options;
    switch (event.type) {
      case "pages":
        addUpTo(limit, event.ranges, this.#pages);
        this.#pageRanges += event.ranges.length;
        return "";
      case "data_file":
        return this.#dataFile(event.result);
      case "bytes":
        addUpTo(limit, event.ranges, this.#bytes);
        this.#byteRanges += event.ranges.length;
        return "";
      case "other_bytes":
        return this.#otherBytes(event.result);
      default:
        return event satisfies never;
    }
  }

  #dataFile({ file, ...counts }: DataFileResult): string {
    const ranges = this.#pages;
    const left = this.#pageRanges - ranges.length;
    this.#pages = [];
    this.#pageRanges = 0;
    const differing = counts.added + counts.removed + counts.changed;
    if (differing === 0) return "";
    const { paint, width } = this.#options;
    const name = paint.strong(`data file ${file}`);
    const lines = (["changed", "removed", "added"] as const).flatMap((change) => {
      const own = ranges.filter((range) => range.change === change);
      if (own.length === 0) return [];
      const text = own.map(rangeText).join(", ");
      return [wrapLine(`    ${paint[change](MARKS[change])} ${text}`, width, "      ")];
    });
    return [
      `  ${paint.changed(MARKS.changed)} ${name}  ${countsText(counts)}`,
      ...lines,
      ...this.#more(left, ranges.length),
      "",
    ]
      .map((line) => `${line}\n`)
      .join("");
  }

  #otherBytes({ added, removed, unchanged }: OtherBytesResult): string {
    const ranges = this.#bytes;
    const left = this.#byteRanges - ranges.length;
    if (added + removed === 0) return "";
    const { paint } = this.#options;
    const only = [
      removed > 0 ? `${formatBytes(removed)} only in the first point` : "",
      added > 0 ? `${formatBytes(added)} only in the second` : "",
      `${formatBytes(unchanged)} in both`,
    ];
    const lines = ranges.map(({ change, stream, offset, bytes }) => {
      const where = `${printable(stream)} ${formatCount(offset)}, ${formatCounted(bytes, "byte")}`;
      return `    ${paint[change](MARKS[change])} ${where}`;
    });
    const texts = only.filter((text) => text !== "").join(", ");
    return [
      `  ${paint.changed(MARKS.changed)} ${paint.strong("outside of pages")}  ${texts}`,
      ...lines,
      ...this.#more(left, ranges.length),
      "",
    ]
      .map((line) => `${line}\n`)
      .join("");
  }

  #more(left: number, shown: number): readonly string[] {
    if (left === 0 || shown === 0) return [];
    const text = `    … and ${formatCounted(left, "range")} more; -limit says how many are shown`;
    return [this.#options.paint.faint(text)];
  }

  /** The last line. */
  end({ pages, otherBytes }: DiffTotals): string {
    if (pages === null) {
      const differ = otherBytes !== null && otherBytes.added + otherBytes.removed > 0;
      const what = differ ? "so only ranges of bytes are told" : "and no bytes differ";
      return `No database pages can be recognised in either point (compressed, encrypted, or of the log), ${what}.\n`;
    }
    const differing = pages.added + pages.removed + pages.changed;
    const all = differing + pages.unchanged;
    if (differing === 0) return `No pages differ: ${formatCounted(all, "page")}.\n`;
    return `Of ${formatCounted(all, "page")} ${formatCount(differing)} ${differing === 1 ? "differs" : "differ"} (${formatBytes(differing * PAGE_SIZE)}): ${countsText(pages)}.\n`;
  }
}

function countsText({ added, removed, changed, unchanged }: Omit<DataFileResult, "file">): string {
  const parts = [
    changed > 0 ? `${formatCount(changed)} changed` : "",
    removed > 0 ? `${formatCount(removed)} only in the first point` : "",
    added > 0 ? `${formatCount(added)} only in the second` : "",
    `${formatCount(unchanged)} unchanged`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
