// AssemblyScript. The same cuts as find-cuts.ts, sixteen bytes at a time. Built by `npm run generate:wasm` into cut-module-bytes.ts.

const LEAST_CHUNK: usize = 16 * 1024;
const TARGET_CHUNK: usize = 64 * 1024;
const MOST_CHUNK: usize = 256 * 1024;
const PAGE_SIZE: usize = 8 * 1024;
const EXTENT_SIZE: usize = 8 * PAGE_SIZE;
const LEAST_BEFORE_EXTENT: usize = 4 * 1024;
const NONE: usize = usize.MAX_VALUE;

/** Cuts the bytes from `start` to `end`, writes the lengths as words from address 0 on and gives their number. */
export function findCuts(start: usize, end: usize, isEnd: bool): u32 {
  let at = start;
  let count: u32 = 0;
  while (at < end && (isEnd || at + MOST_CHUNK <= end)) {
    const length = findCut(at, end);
    store<u32>(<usize>count << 2, <u32>length);
    count += 1;
    at += length;
  }
  return count;
}

function findCut(start: usize, end: usize): usize {
  if (isExtent(start, end)) return EXTENT_SIZE;
  const cut = findContentCut(start, end);
  const extent = findExtentAfter(start, end);
  if (extent != NONE && extent >= start + LEAST_BEFORE_EXTENT && extent < start + cut) return extent - start;
  return cut;
}

function findContentCut(start: usize, end: usize): usize {
  const available = min(end - start, MOST_CHUNK);
  if (available <= LEAST_CHUNK) return available;
  const target = start + min(TARGET_CHUNK, available);
  const strict = scan(start + LEAST_CHUNK, target, 0x3ff);
  if (strict != 0) return strict - start;
  const loose = scan(target, start + available, 0x3f);
  return loose != 0 ? loose - start : available;
}

function scan(from: usize, to: usize, mask: u32): usize {
  const candidate = i8x16.splat(<i8>0xa5);
  let at = from;
  for (; at + 16 <= to; at += 16) {
    let sum = v128.load(at - 7);
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 6));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 5));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 4));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 3));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 2));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at - 1));
    sum = i8x16.add(i8x16.add(sum, sum), v128.load(at));
    let found = i8x16.bitmask(i8x16.eq(sum, candidate));
    while (found != 0) {
      const cut = at + <usize>ctz(found) + 1;
      if ((hashBefore(cut) & mask) == 0) return cut;
      found &= found - 1;
    }
  }
  for (; at < to; at += 1) {
    let sum: u32 = 0;
    for (let back: usize = 7; back > 0; back -= 1) sum = sum * 2 + load<u8>(at - back);
    sum = sum * 2 + load<u8>(at);
    if ((sum & 0xff) == 0xa5 && (hashBefore(at + 1) & mask) == 0) return at + 1;
  }
  return 0;
}

function hashBefore(end: usize): u32 {
  let hash: u32 = 0;
  for (let at = end - 32; at < end; at += 4) {
    hash = (hash ^ load<u32>(at)) * 0x9e3779b1;
    hash ^= hash >> 15;
  }
  return hash;
}

function isExtent(at: usize, end: usize): bool {
  if (at + EXTENT_SIZE > end) return false;
  let numbered: u32 = 0;
  let first: u32 = 0;
  let file: u32 = 0;
  for (let page: u32 = 0; page < 8; page += 1) {
    const head = at + <usize>page * PAGE_SIZE;
    if (load<u8>(head) == 1) {
      const base = load<u32>(head, 32) - page;
      if (numbered == 0) {
        first = base;
        file = load<u16>(head, 36);
      }
      if (base != first || (base & 7) != 0 || <u32>load<u16>(head, 36) != file) return false;
      numbered += 1;
    } else if (!isBlank(head)) return false;
  }
  return numbered >= 2;
}

function isBlank(head: usize): bool {
  return (
    (load<u64>(head) | load<u64>(head, 8) | load<u64>(head, 16) | load<u64>(head, 24) | load<u64>(head, 32)) == 0
  );
}

function findExtentAfter(start: usize, end: usize): usize {
  if (end < start + PAGE_SIZE + 40) return NONE;
  const last = min(start + PAGE_SIZE, end - PAGE_SIZE - 40 + 1);
  const version = i8x16.splat(1);
  let at = start;
  for (; at + 16 <= last; at += 16) {
    const both = v128.and(i8x16.eq(v128.load(at), version), i8x16.eq(v128.load(at + PAGE_SIZE), version));
    let found = i8x16.bitmask(both);
    while (found != 0) {
      const extent = extentAt(at + <usize>ctz(found), start);
      if (extent != NONE) return extent;
      found &= found - 1;
    }
  }
  for (; at < last; at += 1) {
    if (load<u8>(at) != 1 || load<u8>(at + PAGE_SIZE) != 1) continue;
    const extent = extentAt(at, start);
    if (extent != NONE) return extent;
  }
  return NONE;
}

function extentAt(at: usize, start: usize): usize {
  const number = load<u32>(at, 32);
  if (number + 1 != load<u32>(at + PAGE_SIZE, 32)) return NONE;
  if (load<u16>(at, 36) != load<u16>(at + PAGE_SIZE, 36)) return NONE;
  const before = <usize>((8 - (number & 7)) & 7);
  return before == 0 && at == start ? at + EXTENT_SIZE : at + before * PAGE_SIZE;
}
