import type { AtTimeZone } from "../parser/ast-expressions.ts";
import { TICKS_PER_MINUTE } from "../values/calendar.ts";
import { momentReader, ticksOfMoment, utcTicksOfMoment } from "../values/moments.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import { isCharacter } from "../values/type-family.ts";
import type { Binder } from "./binder.ts";
import { coerce, refuseArgument } from "./coercion.ts";
import type { CompiledExpression } from "./compiled.ts";
import { computedExpression } from "./typed-expression.ts";

/** AT TIME ZONE, for the time zones of Windows whose rules ICU knows under the names given here, and for UTC. */

const ZONES: Readonly<Record<string, string>> = {
  utc: "UTC",
  "gmt standard time": "Europe/London",
  "w. europe standard time": "Europe/Berlin",
  "central europe standard time": "Europe/Budapest",
  "central european standard time": "Europe/Warsaw",
  "romance standard time": "Europe/Paris",
  "fle standard time": "Europe/Kiev",
  "gtb standard time": "Europe/Bucharest",
  "russian standard time": "Europe/Moscow",
  "eastern standard time": "America/New_York",
  "us eastern standard time": "America/Indianapolis",
  "central standard time": "America/Chicago",
  "mountain standard time": "America/Denver",
  "us mountain standard time": "America/Phoenix",
  "pacific standard time": "America/Los_Angeles",
  "alaskan standard time": "America/Anchorage",
  "hawaiian standard time": "Pacific/Honolulu",
  "atlantic standard time": "America/Halifax",
  "e. south america standard time": "America/Sao_Paulo",
  "india standard time": "Asia/Calcutta",
  "china standard time": "Asia/Shanghai",
  "tokyo standard time": "Asia/Tokyo",
  "korea standard time": "Asia/Seoul",
  "singapore standard time": "Asia/Singapore",
  "arabian standard time": "Asia/Dubai",
  "israel standard time": "Asia/Jerusalem",
  "turkey standard time": "Europe/Istanbul",
  "south africa standard time": "Africa/Johannesburg",
  "aus eastern standard time": "Australia/Sydney",
  "new zealand standard time": "Pacific/Auckland",
};

const TICKS_TO_1970 = 621_355_968_000_000_000n;
const TICKS_PER_MILLISECOND = 10_000n;

type OffsetAt = (utcTicks: bigint) => number;

/** Minutes east of UTC at an instant. */
function zoneOf(name: string): OffsetAt {
  const zone = ZONES[name.toLowerCase()];
  if (zone === undefined) {
    raise(9820, `The time zone parameter '${name}' provided to AT TIME ZONE clause is invalid.`);
  }
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (utcTicks) => {
    const instant = Number((utcTicks - TICKS_TO_1970) / TICKS_PER_MILLISECOND);
    const part = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value;
    const match = /([+-])(\d{2}):(\d{2})/.exec(part ?? "");
    if (match === null) return 0;
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    return match[1] === "-" ? -minutes : minutes;
  };
}

const zones = new Map<string, OffsetAt>();

function cachedZone(name: string): OffsetAt {
  const known = zones.get(name) ?? zoneOf(name);
  zones.set(name, known);
  return known;
}

/** A local time without an offset: the one before a change of clocks wins where there are two. */
function offsetOfLocal(localTicks: bigint, zone: OffsetAt): number {
  const guess = zone(localTicks);
  return zone(localTicks - BigInt(guess) * BigInt(TICKS_PER_MINUTE));
}

export function compileAtTimeZone(node: AtTimeZone, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  const zone = coerce(binder.expression(node.zone), { name: "nvarchar", length: 256 });
  const { name } = operand.type;
  const isDated =
    name === "datetime" ||
    name === "smalldatetime" ||
    name === "datetime2" ||
    name === "datetimeoffset";
  if (!isDated || isCharacter(operand.type)) return refuseArgument(operand.type, 1, "AT TIME ZONE");
  const scale = name === "datetime" ? 3 : name === "smalldatetime" ? 0 : (operand.type.scale ?? 7);
  const type: SqlType = { name: "datetimeoffset", scale };
  const read = momentReader(operand.type);
  return computedExpression({
    type,
    parts: [operand, zone],
    isDeterministic: false,
    evaluate: (frame) => {
      const [value, zoneName] = [operand.evaluate(frame), zone.evaluate(frame)];
      if (value === null || zoneName === null) return null;
      const offsetAt = cachedZone(zoneName as string);
      const moment = read(value);
      if (name === "datetimeoffset") {
        const utcTicks = utcTicksOfMoment(moment);
        return { utcTicks, offsetMinutes: offsetAt(utcTicks) };
      }
      const local = ticksOfMoment(moment);
      const offsetMinutes = offsetOfLocal(local, offsetAt);
      return { utcTicks: local - BigInt(offsetMinutes) * BigInt(TICKS_PER_MINUTE), offsetMinutes };
    },
  });
}
