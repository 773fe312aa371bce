import { type ByteReader, ProtocolError } from "./byte-reader.ts";

/** Skips ALL_HEADERS, which names the open transaction (the session knows it) and query notifications. */
export function skipAllHeaders(reader: ByteReader): void {
  const total = reader.u32();
  if (total < 4) throw new ProtocolError("the headers of a request are malformed");
  reader.skip(total - 4);
}
