import { problem, type Report } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Instant } from "../kit/clock.ts";
import { INSTANT_FORMS, tryParseInstant } from "../policy/simulate/read-instant.ts";
import { formatInZone } from "../policy/time/zone-time.ts";

/** Reads and writes the times of a test by the clock of its policy. */
export class LocalTime {
  readonly #zone: string;
  readonly #report: Report;

  constructor(zone: string, report: Report) {
    this.#zone = zone;
    this.#report = report;
  }

  /** Undefined where the text is no time, which is reported at `subject`. */
  read(text: string, subject: SourceRange): Instant | undefined {
    const instant = tryParseInstant(text, this.#zone);
    if (instant === undefined) this.#report.add(noTime(text, this.#zone, subject));
    return instant;
  }

  /** `2017-02-01T16:00:00`; with the offset where the clock shows this time twice. */
  format(instant: Instant): string {
    const whole = formatInZone(instant, this.#zone);
    const [, seconds = "", fraction = "", offset = ""] = /^(.{19})(\.\d+)?(.*)$/.exec(whole) ?? [];
    const short = seconds + (fraction === ".000" ? "" : fraction);
    return tryParseInstant(short, this.#zone) === instant ? short : short + offset;
  }
}

function noTime(text: string, zone: string, subject: SourceRange) {
  const detail = `${JSON.stringify(text)} is no time that the clock of ${zone} ever shows. Write ${INSTANT_FORMS}.`;
  return problem({ summary: "Invalid time", detail, subject });
}
