import type { BackupSetFacts, MediaFacts, SealedMedia } from "./backup-set.ts";
import { type Configuration, guidAt, parseConfiguration } from "./configuration-item.ts";
import { viewOf } from "./descriptor-block.ts";
import { MediaDamage } from "./media-damage.ts";
import { MEDIA_DATE, parseMediaDate } from "./media-date.ts";
import type { MediaFile, Stoppable } from "./media-file.ts";
import { type MediaBlock, walkMedia } from "./walk-media.ts";

/** What SQL Server begins a compressed or encrypted backup with. Its layout is not published. */
const SEALED = "MSSQLBAK";
/** A configuration grows with the number of files of the database: 32,767 of them take some 40 MB. */
const LARGEST_CONFIGURATION = 64 * 1024 * 1024;

/** Sets in the making, while the blocks of a file go by. */
interface Reading {
  stripe: { readonly mediaSet: string | null; readonly stripe: number; readonly stripes: number };
  set: string | null;
  configuration: Configuration | undefined;
  readonly sets: BackupSetFacts[];
}

/**
 * Reads the headers of a backup file (.bak, .trn) without a SQL Server. Every header is held against its checksum, up to
 * the end of the file, so a file that was cut off is found out. Throws MediaDamage.
 */
export async function readMedia(
  file: MediaFile,
  options: Stoppable = {},
): Promise<MediaFacts | SealedMedia> {
  if (await isSealed(file)) return { kind: "sealed", reason: "compressed_or_encrypted" };
  const reading: Reading = {
    stripe: { mediaSet: null, stripe: 1, stripes: 1 },
    set: null,
    configuration: undefined,
    sets: [],
  };
  for await (const block of walkMedia(file, options)) await take(reading, file, block);
  if (reading.configuration !== undefined) {
    throw new MediaDamage(file.size, "the last backup set has no end: it was cut off");
  }
  return { kind: "tape_format", ...reading.stripe, sets: reading.sets };
}

async function isSealed(file: MediaFile): Promise<boolean> {
  if (file.size < SEALED.length) return false;
  const begin = await file.read(0, SEALED.length);
  return String.fromCharCode(...begin) === SEALED;
}

async function take(reading: Reading, file: MediaFile, block: MediaBlock): Promise<void> {
  if (block.type === "TAPE") reading.stripe = await stripeOf(file, block);
  if (block.type === "SSET") reading.set = guidAt(await file.read(block.at, 0x74), 0x64);
  if (block.type === "MSCI") reading.configuration = await configurationOf(file, block);
  if (block.type === "ESET") await close(reading, file, block);
}

async function close(reading: Reading, file: MediaFile, block: MediaBlock): Promise<void> {
  const { configuration, set } = reading;
  if (configuration === undefined) return;
  if (set === null) throw new MediaDamage(block.at, "a backup set has no GUID");
  const end = await file.read(block.at, 0x58);
  const finishedLocal = parseMediaDate(end.subarray(0x50, 0x50 + MEDIA_DATE));
  reading.sets.push({ position: reading.sets.length + 1, set, ...configuration, finishedLocal });
  reading.configuration = undefined;
}

async function stripeOf(file: MediaFile, block: MediaBlock): Promise<Reading["stripe"]> {
  const stream = block.streams.find(({ type }) => type === "RAID");
  if (stream === undefined || stream.length < 32) return { mediaSet: null, stripe: 1, stripes: 1 };
  const content = await file.read(stream.at, 32);
  const view = viewOf(content);
  const [stripes, stripe] = [view.getUint16(20, true), view.getUint16(24, true)];
  if (stripe < 1 || stripe > stripes) {
    throw new MediaDamage(stream.at, `the medium says that it is number ${stripe} of ${stripes}`);
  }
  return { mediaSet: guidAt(content, 0), stripe, stripes };
}

async function configurationOf(file: MediaFile, block: MediaBlock): Promise<Configuration> {
  const stream = block.streams.find(({ type }) => type === "MQCI");
  if (stream === undefined || stream.length > LARGEST_CONFIGURATION) {
    throw new MediaDamage(block.at, "a backup set has no configuration that can be read");
  }
  return parseConfiguration(await file.read(stream.at, stream.length), stream.at);
}
