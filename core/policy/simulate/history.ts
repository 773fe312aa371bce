import {
  type Diagnostic,
  errorDiagnostic,
  warningDiagnostic,
} from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Instant } from "../../kit/clock.ts";
import type { HistoryEvent } from "../model/history.ts";
import type { PointType } from "../model/policy-point.ts";
import { INSTANT_FORMS, instantFault, tryParseInstant } from "./read-instant.ts";

/** What a history says, and what is wrong with it. Events are in the order of their ends. */
export interface ReadHistory {
  readonly events: readonly HistoryEvent[];
  readonly diagnostics: readonly Diagnostic[];
}

interface HistorySource {
  /** For messages. */
  readonly filename: string;
  /** The zone of times without an offset. */
  readonly timezone: string;
}

/**
 * Reads a history: NDJSON, one backup of one database a line, with `type`, `database`, `started_at`, `completed_at`,
 * `status`, and where they apply `reason`, `copy_only` and `bytes_stored`. Every line at fault is a HISTORY_INVALID with its line; a name
 * that means nothing is a HISTORY_UNKNOWN_FIELD, which is a warning. Empty lines are passed over.
 */
export function readHistory(text: string, source: HistorySource): ReadHistory {
  const events: HistoryEvent[] = [];
  const diagnostics: Diagnostic[] = [];
  let byte = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const length = new TextEncoder().encode(raw).length;
    const line = raw.replace(/^\uFEFF/, "").trim();
    if (line !== "") {
      const place = {
        ...source,
        subject: lineRange(source.filename, index + 1, { byte, length, raw }),
      };
      const read = readLine(line, place);
      diagnostics.push(...read.diagnostics);
      if (read.event !== undefined) events.push(read.event);
    }
    byte += length + 1;
  }
  return { events: events.sort((a, b) => a.completedAt - b.completedAt), diagnostics };
}

function lineRange(
  filename: string,
  line: number,
  { byte, length, raw }: { readonly byte: number; readonly length: number; readonly raw: string },
): SourceRange {
  return {
    filename,
    start: { line, column: 1, byte },
    end: { line, column: raw.length + 1, byte: byte + length },
  };
}

interface Place extends HistorySource {
  readonly subject: SourceRange;
}

interface ReadLine {
  readonly event?: HistoryEvent;
  readonly diagnostics: readonly Diagnostic[];
}

const TYPES: readonly PointType[] = ["full", "differential", "log", "cdc", "tail"];
const STATUSES: readonly HistoryEvent["status"][] = ["successful", "failed", "skipped"];
const FIELDS = [
  "type",
  "database",
  "started_at",
  "completed_at",
  "status",
  "reason",
  "copy_only",
  "bytes_stored",
];

function readLine(line: string, place: Place): ReadLine {
  const fields = parseFields(line);
  if (typeof fields === "string") return { diagnostics: [invalid([fields], place)] };
  const faults: string[] = [];
  const event = new LineReader(fields, place.timezone, faults).read();
  if (faults.length > 0) return { diagnostics: [invalid(faults, place)] };
  const unknown = Object.keys(fields).filter((name) => !FIELDS.includes(name));
  return { event, diagnostics: unknown.length === 0 ? [] : [unknownFields(unknown, place)] };
}

/** The object of a line, or what is wrong with it. */
function parseFields(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : "it is no JSON object.";
  } catch {
    return "it is no JSON.";
  }
}

/** Reads the fields of one line and notes everything that is wrong. */
class LineReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #timezone: string;
  readonly #faults: string[];

  constructor(fields: Readonly<Record<string, unknown>>, timezone: string, faults: string[]) {
    this.#fields = fields;
    this.#timezone = timezone;
    this.#faults = faults;
  }

  /** Means nothing once there are faults. */
  read(): HistoryEvent {
    const type = this.#choice("type", TYPES);
    const status = this.#choice("status", STATUSES);
    const startedAt = this.#instant("started_at");
    const isEndless = status !== "successful" && (this.#fields["completed_at"] ?? null) === null;
    const completedAt = isEndless ? startedAt : this.#instant("completed_at");
    if (completedAt < startedAt) this.#faults.push("completed_at is before started_at.");
    const reason = this.#text("reason");
    const copyOnly = this.#fields["copy_only"] ?? false;
    if (typeof copyOnly !== "boolean") this.#faults.push("copy_only is neither true nor false.");
    const bytesStored = this.#bytes("bytes_stored");
    const database = this.#text("database");
    if (database === null || database === "") this.#faults.push("database is missing.");
    return {
      type,
      database: database ?? "",
      startedAt,
      completedAt,
      status,
      reason,
      copyOnly: copyOnly === true,
      ...(bytesStored === null ? {} : { bytesStored }),
    };
  }

  #choice<T extends string>(name: string, values: readonly [T, ...T[]] | readonly T[]): T {
    const given = this.#fields[name];
    const found = values.find((value) => value === given);
    if (found === undefined) {
      const what =
        given === undefined ? `${name} is missing` : `${name} is ${JSON.stringify(given)}`;
      this.#faults.push(`${what}; it is one of ${values.join(", ")}.`);
    }
    return found ?? (values[0] as T);
  }

  #instant(name: string): Instant {
    const given = this.#fields[name];
    const found = typeof given === "string" ? tryParseInstant(given, this.#timezone) : undefined;
    if (found === undefined) {
      const what =
        given === undefined ? `${name} is missing` : `${name} is ${JSON.stringify(given)}`;
      const fault = typeof given === "string" ? instantFault(given, this.#timezone) : undefined;
      this.#faults.push(
        fault === undefined ? `${what}; write ${INSTANT_FORMS}.` : `${what}, which ${fault}.`,
      );
    }
    return found ?? (0 as Instant);
  }

  #bytes(name: string): number | null {
    const given = this.#fields[name] ?? null;
    if (given === null) return null;
    if (Number.isSafeInteger(given) && Number(given) >= 0) return Number(given);
    this.#faults.push(`${name} is ${JSON.stringify(given)}; it is a whole number of bytes.`);
    return null;
  }

  #text(name: string): string | null {
    const given = this.#fields[name] ?? null;
    if (given === null || typeof given === "string") return given;
    this.#faults.push(`${name} is no text.`);
    return null;
  }
}

function invalid(faults: readonly string[], { filename, subject }: Place): Diagnostic {
  return errorDiagnostic({
    code: "HISTORY_INVALID",
    summary: "Line of a history that means nothing",
    detail: `${filename}:${subject.start.line} is no backup: ${faults.join(" ")} One line says one backup of one database:\n\n    {"type":"full","database":"db1","started_at":"2017-02-01T12:00:00-08:00","completed_at":"2017-02-01T16:00:00-08:00","status":"successful"}`,
    subject,
  });
}

function unknownFields(names: readonly string[], { filename, subject }: Place): Diagnostic {
  return warningDiagnostic({
    code: "HISTORY_UNKNOWN_FIELD",
    summary: "Unknown field in a history",
    detail: `${filename}:${subject.start.line} has ${names.join(", ")}, which means nothing here and is passed over. A line may have: ${FIELDS.join(", ")}.`,
    subject,
  });
}
