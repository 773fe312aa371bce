const DAYS_TO_1900 = 693_595;
const DAYS_TO_1970 = 719_162;
const DAY_MS = 86_400_000;
const MINUTES = 1440;

function pad(value: number | bigint, width: number): string {
  return String(value).padStart(width, "0");
}

/** `2017-02-01`, of days since 0001-01-01; any count is given, also one that no year of four digits has. */
function dateText(days: number): string {
  const [day = ""] = new Date((days - DAYS_TO_1970) * DAY_MS).toISOString().split("T");
  return day;
}

/** `12:00:00.0000000`, of units of 10^-scale seconds since midnight. */
function timeText(units: bigint, scale: number): string {
  const unit = 10n ** BigInt(scale);
  const seconds = Number(units / unit);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => pad(part, 2))
    .join(":");
  return scale === 0 ? clock : `${clock}.${pad(units % unit, scale)}`;
}

/** Little-endian, of any length. */
export function readUnsigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

/** date: three bytes. */
export function readDate(bytes: Uint8Array): string {
  return dateText(Number(readUnsigned(bytes)));
}

/** time: three to five bytes. */
export function readTime(bytes: Uint8Array, scale: number): string {
  return timeText(readUnsigned(bytes), scale);
}

/** datetime2: the time, then three bytes of date. */
export function readDateTime2(bytes: Uint8Array, scale: number): string {
  const split = bytes.length - 3;
  return `${readDate(bytes.subarray(split))} ${readTime(bytes.subarray(0, split), scale)}`;
}

/** datetimeoffset: a datetime2 in UTC, then two bytes of minutes. Shown as the server does: in its own offset. */
export function readDateTimeOffset(bytes: Uint8Array, scale: number): string {
  const split = bytes.length - 2;
  const offset = Buffer.from(bytes).readInt16LE(split);
  const date = readUnsigned(bytes.subarray(split - 3, split));
  const day = 86_400n * 10n ** BigInt(scale);
  const utc = date * day + readUnsigned(bytes.subarray(0, split - 3));
  const local = utc + (BigInt(offset) * day) / BigInt(MINUTES);
  const days = local >= 0n ? local / day : -1n;
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? "-" : "+"}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
  return `${dateText(Number(days))} ${timeText(local - days * day, scale)} ${zone}`;
}

/** datetime: four bytes of days since 1900, four of 1/300 s; smalldatetime: two of days, two of minutes. */
export function readOldDateTime(content: Uint8Array): string {
  const bytes = Buffer.from(content);
  if (bytes.length === 4) {
    const time = timeText(BigInt(bytes.readUInt16LE(2)) * 60n, 0);
    return `${dateText(bytes.readUInt16LE(0) + DAYS_TO_1900)} ${time}`;
  }
  const milliseconds = Math.round((bytes.readUInt32LE(4) * 10) / 3);
  return `${dateText(bytes.readInt32LE(0) + DAYS_TO_1900)} ${timeText(BigInt(milliseconds), 3)}`;
}
