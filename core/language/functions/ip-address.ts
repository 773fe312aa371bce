/** A network in CIDR notation: the address with all bits behind the prefix zero. */
export interface IpNetwork {
  readonly address: bigint;
  readonly prefix: number;
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
}

export interface IpAddress {
  readonly address: bigint;
  readonly bits: 32 | 128;
}

/** IPv4 inside IPv6: `::ffff:192.0.2.1`. */
const MAPPED = 0xffffn;

/**
 * Reads an IP address; undefined where the text is none. Leading zeros are decimal, as in the reference implementation,
 * and an IPv4 address in IPv6 form is an IPv4 address.
 */
export function tryParseIp(text: string): IpAddress | undefined {
  const separator = /[.:]/.exec(text)?.[0];
  if (separator === ".") return ofBits(parseIpv4(text), 32);
  return separator === ":" ? unmapped(parseIpv6(text)) : undefined;
}

function ofBits(address: bigint | undefined, bits: 32 | 128): IpAddress | undefined {
  return address === undefined ? undefined : { address, bits };
}

function unmapped(address: bigint | undefined): IpAddress | undefined {
  if (address === undefined || address >> 32n !== MAPPED) return ofBits(address, 128);
  return { address: address & 0xffff_ffffn, bits: 32 };
}

/** Reads `address/prefix`; undefined where the text is none. */
export function tryParseCidr(text: string): IpNetwork | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const before = text.slice(0, slash);
  const length = decimal(text.slice(slash + 1), 128);
  const v4 = parseIpv4(before);
  const address = v4 ?? parseIpv6(before);
  const bits = v4 === undefined ? 128 : 32;
  if (address === undefined || length === undefined || length > bits) return undefined;
  const masked = (address >> BigInt(bits - length)) << BigInt(bits - length);
  const plain = bits === 128 && length >= 96 ? unmapped(masked) : undefined;
  if (plain?.bits === 32) return { ...plain, prefix: length - 96 };
  return { address: masked, prefix: length, bits };
}

function decimal(text: string, most: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split(".").map((octet) => decimal(octet, 255));
  if (octets.length !== 4) return undefined;
  let address = 0n;
  for (const octet of octets) {
    if (octet === undefined) return undefined;
    address = (address << 8n) | BigInt(octet);
  }
  return address;
}

function parseIpv6(text: string): bigint | undefined {
  const [head = "", tail, ...others] = text.split("::");
  if (others.length > 0) return undefined;
  const isShort = tail !== undefined;
  const left = groupsOf(head, !isShort);
  const right = groupsOf(tail ?? "", true);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (isShort ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups between colons; the last may be an IPv4 address where the whole address ends. */
function groupsOf(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const v4 = isEnd && at === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 !== undefined) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    else if (/^0*[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

export function formatIp({ address, bits }: IpAddress): string {
  return bits === 32 ? chunksOf(address, 8, 4).join(".") : formatIpv6(address);
}

function chunksOf(address: bigint, size: number, count: number): readonly number[] {
  const mask = (1n << BigInt(size)) - 1n;
  return Array.from({ length: count }, (_, at) =>
    Number((address >> BigInt(size * (count - 1 - at))) & mask),
  );
}

/** By RFC 5952: the first of the longest runs of zero groups becomes `::`, if it is longer than one. */
function formatIpv6(address: bigint): string {
  const groups = chunksOf(address, 16, 8).map((group) => group.toString(16));
  const text = groups.join(":");
  const runs = [...text.matchAll(/(?<![\da-f])0(?::0)+(?![\da-f])/g)];
  const [longest] = runs.sort((left, right) => right[0].length - left[0].length);
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index).replace(/:$/, "");
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}

export function formatNetwork(network: IpNetwork): string {
  return `${formatIp(network)}/${network.prefix}`;
}

export function lastAddress({ address, prefix, bits }: IpNetwork): bigint {
  return address | ((1n << BigInt(bits - prefix)) - 1n);
}

export function containsAddress(network: IpNetwork, { address, bits }: IpAddress): boolean {
  return bits === network.bits && address >= network.address && address <= lastAddress(network);
}
