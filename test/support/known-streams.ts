import type { ByteSource } from "../../core/vault/vault.ts";
import { sourceOf } from "./byte-source.ts";
import { seededBytes } from "./vault.ts";

/** A piece is one of so many, so that streams share what they hold. */
export const PIECES = 40;
const PIECE_SIZE = 1024 * 1024;
const kept = new Map<number, Uint8Array>();

/** The name of a stream says its bytes: `7: 3 9 1` is the seventh, of three pieces. */
export function nameOfStream(number: number, pieces: readonly number[]): string {
  return `${number}: ${pieces.join(" ")}`;
}

export function bytesOfStream(name: string): Buffer {
  const [, list = ""] = name.split(": ");
  return Buffer.concat(list.split(" ").map((piece) => pieceOf(Number(piece))));
}

export function sourceOfStream(name: string): ByteSource {
  return sourceOf(bytesOfStream(name));
}

function pieceOf(number: number): Uint8Array {
  const known = kept.get(number) ?? seededBytes(`piece ${number}`)(PIECE_SIZE);
  kept.set(number, known);
  return known;
}
