import { formatBytes } from "../../core/kit/bytes.ts";
import type {
  ForecastListing,
  ForecastSet,
  ForecastSize,
  ForecastStep,
} from "../../schemas/forecast-listing.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable, formatTableWithin } from "./table.ts";
import { wrapText } from "./text-layout.ts";

const TYPES = ["full", "differential", "log", "cdc", "tail"] as const;

/** What a policy is expected to come to, for people. Without `width`, no line is broken. */
export function formatForecast(listing: ForecastListing, width = Number.POSITIVE_INFINITY): string {
  const { policy, at, days, backup_sets: sets } = listing;
  const paragraph = (text: string) => `${wrapText(text, width).join("\n")}\n`;
  const sections = [
    `${policy} over ${formatCounted(days, "day")} from ${shortTime(at)}\n`,
    paragraph("Expected, if every backup succeeds and is as large as the last ones were:"),
    ...sets.flatMap((set) => formatSet(set, { isAlone: sets.length === 1, paragraph, width })),
    ...formatSum(sets).map(paragraph),
    ...formatCost(listing, paragraph),
    ...formatUnobserved(listing).map(paragraph),
  ];
  return sections.join("\n");
}

interface Layout {
  readonly isAlone: boolean;
  readonly paragraph: (text: string) => string;
  readonly width: number;
}

function formatSet(set: ForecastSet, { isAlone, paragraph, width }: Layout): readonly string[] {
  const { backup_set: name, steps, sizes, is_whole: isWhole } = set;
  const fit = { width, dispensable: ["SERVER"] };
  const columns = sizes.some(({ server }) => server !== null) ? [SERVER, ...SIZES] : SIZES;
  const isUnknown = sizes.some(({ bytes }) => bytes === null);
  return [
    ...(isAlone || name === null ? [] : [`${name}\n`]),
    formatTable(steps, stepColumns(steps)),
    ...(isWhole
      ? []
      : [
          paragraph(
            `The schedule makes more points than a forecast looks at, so it ends at ${shortTime(steps.at(-1)?.at ?? null)}.`,
          ),
        ]),
    `What each coming backup is taken to add:\n\n${formatTableWithin(sizes, columns, fit)}`,
    ...(isUnknown
      ? [paragraph("What is unknown is counted as a point, and not in bytes and costs.")]
      : []),
  ];
}

function stepColumns(steps: readonly ForecastStep[]): readonly Column<ForecastStep>[] {
  const types = TYPES.filter((type) => steps.some(({ points }) => (points[type] ?? 0) > 0));
  const isPriced = steps.some(({ monthly_cost: cost }) => cost !== null);
  return [
    { title: "AT", cell: ({ at }) => shortTime(at).slice(0, 16) },
    ...types.map((type) => ({
      title: type.toUpperCase(),
      align: "right" as const,
      cell: ({ points }: ForecastStep) => formatCount(points[type] ?? 0),
    })),
    { title: "STORED", align: "right", cell: ({ bytes }) => formatBytes(bytes) },
    ...(isPriced ? [MONTHLY] : []),
  ];
}

const MONTHLY: Column<ForecastStep> = {
  title: "A MONTH",
  align: "right",
  cell: ({ monthly_cost: cost }) => formatAmount(cost),
};

const SERVER: Column<ForecastSize> = { title: "SERVER", cell: ({ server }) => server ?? "" };

const SIZES: readonly Column<ForecastSize>[] = [
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
  {
    title: "ADDS",
    align: "right",
    cell: ({ bytes }) => (bytes === null ? "unknown" : formatBytes(bytes)),
  },
  {
    title: "AS",
    cell: ({ observed }) =>
      observed === 0
        ? "no size is known"
        : observed === 1
          ? "the only one"
          : `the mean of ${observed}`,
  },
];

/** What several backup sets come to together; null where one of them ends early. */
function formatSum(sets: readonly ForecastSet[]): readonly string[] {
  if (sets.length < 2) return [];
  if (!sets.every(({ is_whole }) => is_whole)) {
    return ["No sum is made, because not all of these forecasts reach the end."];
  }
  const ends = sets.flatMap(({ steps }) => steps.at(-1) ?? []);
  const bytes = ends.reduce((sum, end) => sum + end.bytes, 0);
  return [`At the end all ${sets.length} backup sets together have ${formatBytes(bytes)}.`];
}

function formatCost(
  { days, storage_gib_month: price, backup_sets: sets }: ForecastListing,
  paragraph: Layout["paragraph"],
): readonly string[] {
  if (price === null) {
    return [
      `${paragraph("No price is declared, so no cost is told. Declare one:")}\n    holdfast {\n      prices { storage_gib_month = 0.02 }\n    }\n`,
    ];
  }
  const isWhole = sets.every(({ is_whole }) => is_whole);
  if (!isWhole) return [];
  const cost = sets.reduce((sum, set) => sum + (set.cost ?? 0), 0);
  return [
    paragraph(
      `Keeping it costs ${formatAmount(cost)} over these ${formatCounted(days, "day")}, at ${price} for one GiB and month.`,
    ),
  ];
}

/** In no particular currency. */
function formatAmount(amount: number | null): string {
  if (amount === null) return "";
  if (amount > 0 && amount < 0.01) return "< 0.01";
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return amount.toLocaleString("en-US", digits);
}

function formatUnobserved({ unobserved }: ForecastListing): readonly string[] {
  if (unobserved.length === 0) return [];
  const names = unobserved.map(({ backup_set: set, database }) => `${database} (${set})`);
  return [`Not counted, because no point of it exists yet: ${names.join(", ")}.`];
}
