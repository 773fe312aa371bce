// AssemblyScript. The same fingerprints as page-fingerprints.ts, four words at a time. Built by `npm run generate:wasm` into fingerprint-module-bytes.ts.

const PAGE_SIZE: usize = 8 * 1024;

/** Writes the fingerprints of pages that follow each other from `at` on to `into`, eight bytes each. */
export function fingerprintPages(at: usize, count: u32, key: usize, into: usize): void {
  for (let page: usize = 0; page < <usize>count; page += 1) {
    fingerprint(at + page * PAGE_SIZE, key, into + page * 8);
  }
}

function fingerprint(page: usize, key: usize, into: usize): void {
  let low0 = i64x2.splat(0);
  let high0 = i64x2.splat(0);
  let low1 = i64x2.splat(0);
  let high1 = i64x2.splat(0);
  for (let at: usize = 0; at < PAGE_SIZE; at += 32) {
    const one = v128.load(page + at);
    const other = v128.load(page + at + 16);
    const a = v128.add<u32>(one, v128.load(key + at));
    const b = v128.add<u32>(other, v128.load(key + at + 16));
    low0 = v128.add<u64>(low0, v128.extmul_low<u32>(a, b));
    high0 = v128.add<u64>(high0, v128.extmul_high<u32>(a, b));
    const c = v128.add<u32>(one, v128.load(key + PAGE_SIZE + at));
    const d = v128.add<u32>(other, v128.load(key + PAGE_SIZE + at + 16));
    low1 = v128.add<u64>(low1, v128.extmul_low<u32>(c, d));
    high1 = v128.add<u64>(high1, v128.extmul_high<u32>(c, d));
  }
  const sum0 = sumOf(low0, high0);
  const sum1 = sumOf(low1, high1);
  const last = key + 2 * PAGE_SIZE;
  store<u32>(into, mix(sum0, sum1, last));
  store<u32>(into + 4, mix(sum0, sum1, last + 40));
}

function sumOf(low: v128, high: v128): u64 {
  const sum = v128.add<u64>(low, high);
  return v128.extract_lane<u64>(sum, 0) + v128.extract_lane<u64>(sum, 1);
}

function mix(sum0: u64, sum1: u64, key: usize): u32 {
  const mixed =
    load<u64>(key) +
    load<u64>(key + 8) * (sum0 & 0xffffffff) +
    load<u64>(key + 16) * (sum0 >> 32) +
    load<u64>(key + 24) * (sum1 & 0xffffffff) +
    load<u64>(key + 32) * (sum1 >> 32);
  return <u32>(mixed >> 32);
}
