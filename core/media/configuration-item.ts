import type { BackupSetFacts, MediaLsn } from "./backup-set.ts";
import { viewOf } from "./descriptor-block.ts";
import { MediaDamage } from "./media-damage.ts";
import { MEDIA_DATE, parseMediaDate } from "./media-date.ts";

/** What the configuration of a set (the stream MQCI of the block MSCI) begins with. */
const NAME = "SCIN";
const SMALLEST = 0x148;
const TYPES: Readonly<Record<string, BackupSetFacts["type"]>> = {
  D: "full",
  I: "differential",
  L: "log",
};

/** What the configuration says of a set. The layout is not published: these places hold in 102 backups of real servers. */
export type Configuration = Omit<BackupSetFacts, "position" | "set" | "finishedLocal">;

/** `offset` is the place of the stream's content in the file. Throws MediaDamage. */
export function parseConfiguration(content: Uint8Array, offset: number): Configuration {
  const item = findItem(content, offset);
  const view = viewOf(item);
  const letter = String.fromCharCode(view.getUint8(0x57));
  const type = TYPES[letter];
  if (type === undefined) {
    const problem = `a backup set is of the kind "${letter}": only backups of whole databases (D), differentials (I) and logs (L) are read`;
    throw new MediaDamage(offset, problem);
  }
  const version = [view.getUint8(0x1b), view.getUint8(0x1a), view.getUint16(0x18, true)];
  return {
    type,
    database: textAt(item, 0x68, offset),
    server: textAt(item, 0x6c, offset),
    softwareVersion: version.join("."),
    databaseVersion: view.getUint16(0x5e, true),
    firstLsn: lsnAt(view, 0x20),
    lastLsn: lsnAt(view, 0x2a),
    checkpointLsn: lsnAt(view, 0x34),
    databaseBackupLsn: lsnAt(view, 0x3e),
    startedLocal: parseMediaDate(item.subarray(0x4d, 0x4d + MEDIA_DATE)),
    differentialBase: type === "differential" ? baseOf(item) : null,
    currentBase: guidAt(item, 0xc8),
    fork: guidAt(item, 0xe0),
  };
}

/** Undefined for the GUID of zeros, with which SQL Server says "none". */
export function guidAt(bytes: Uint8Array, at: number): string | null {
  const view = viewOf(bytes);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const parts = [
    hex(view.getUint32(at, true), 8),
    hex(view.getUint16(at + 4, true), 4),
    hex(view.getUint16(at + 6, true), 4),
    hex(view.getUint16(at + 8), 4),
    hex(view.getUint16(at + 10), 4) + hex(view.getUint32(at + 12), 8),
  ];
  const guid = parts.join("-");
  return /[1-9a-f]/.test(guid) ? guid : null;
}

function findItem(content: Uint8Array, offset: number): Uint8Array {
  const name = String.fromCharCode(...content.subarray(0, 4));
  const length = content.length < SMALLEST ? 0 : viewOf(content).getUint32(4, true);
  if (name !== NAME || length < SMALLEST || length > content.length) {
    throw new MediaDamage(offset, "the configuration of a backup set does not begin as it should");
  }
  return content.subarray(0, length);
}

function lsnAt(view: DataView, at: number): MediaLsn {
  const [vlf, block] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
  return (
    BigInt(vlf) * 10n ** 15n + BigInt(block) * 10n ** 5n + BigInt(view.getUint16(at + 8, true))
  );
}

function textAt(item: Uint8Array, at: number, offset: number): string {
  const view = viewOf(item);
  const [length, place] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
  if (place + length > item.length) {
    throw new MediaDamage(offset, "the configuration of a backup set names a text beyond its end");
  }
  return new TextDecoder("utf-16le").decode(item.subarray(place, place + length));
}

function baseOf(item: Uint8Array): BackupSetFacts["differentialBase"] {
  const set = guidAt(item, 0x110);
  return set === null ? null : { set, lsn: lsnAt(viewOf(item), 0x104) };
}
