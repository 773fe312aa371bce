import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  formatIp,
  formatNetwork,
  tryParseCidr,
  tryParseIp,
} from "../../../../core/language/functions/ip-address.ts";
import { evaluateText } from "../../../support/evaluate-text.ts";

const RESULTS: readonly (readonly [call: string, want: unknown])[] = [
  ['cidrhost("192.168.1.0/24", 5)', "192.168.1.5"],
  ['cidrhost("192.168.1.0/24", -5)', "192.168.1.251"],
  ['cidrhost("192.168.1.0/24", -256)', "192.168.1.0"],
  ['cidrhost("010.001.0.0/24", 6)', "10.1.0.6"],
  ['cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)', "fd00:fd12:3456:7890::22"],
  ['cidrhost("fe80::/10", -1)', "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ['cidrhost("::ffff:192.168.1.0/120", 5)', "192.168.1.5"],
  ['cidrnetmask("192.168.1.0/24")', "255.255.255.0"],
  ['cidrnetmask("192.168.1.0/32")', "255.255.255.255"],
  ['cidrnetmask("0.0.0.0/0")', "0.0.0.0"],
  ['cidrsubnet("192.168.2.0/20", 4, 6)', "192.168.6.0/24"],
  ['cidrsubnet("fe80::/48", 16, 6)', "fe80:0:0:6::/64"],
  ['cidrsubnet("::ffff:192.168.0.0/112", 8, 6)', "192.168.6.0/24"],
  ['cidrsubnet("fe80::/48", 33, 6)', "fe80::3:0:0:0/81"],
  ['cidrsubnet("10.0.0.0/8", 0, 0)', "10.0.0.0/8"],
  [
    'cidrsubnet("::/0", 128, 340282366920938463463374607431768211455)',
    `${"ffff:".repeat(8).slice(0, -1)}/128`,
  ],
  [
    'cidrsubnets("10.0.0.0/8", 8, 8, 16, 8)',
    ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/24", "10.3.0.0/16"],
  ],
  [
    'cidrsubnets("10.0.0.0/21", 3, 4, 7, 3)',
    ["10.0.0.0/24", "10.0.1.0/25", "10.0.1.128/28", "10.0.2.0/24"],
  ],
  [
    'cidrsubnets("2001:0db8:0102:0304::/64", 32, 56, 63, 64)',
    [
      "2001:db8:102:304::/96",
      "2001:db8:102:304:0:1::/120",
      "2001:db8:102:304:0:1:0:100/127",
      "2001:db8:102:304:0:1:0:102/128",
    ],
  ],
  ['cidrsubnets("10.0.0.0/8")', []],
  ['cidrcontains("192.168.2.0/20", "192.168.2.1")', true],
  ['cidrcontains("192.168.2.0/20", "192.126.2.1")', false],
  ['cidrcontains("192.168.2.0/20", "192.168.2.0/22")', true],
  ['cidrcontains("192.168.2.0/20", "192.168.2.0/18")', false],
  ['cidrcontains("192.168.1.0/24", "::ffff:192.168.1.9")', true],
  ['cidrcontains("fe80::/48", "fe80::/60")', true],
  ['cidrcontains("fe80::/48", "fe81::1")', false],
];

for (const [call, want] of RESULTS) {
  test(`${call} is ${JSON.stringify(want)}`, () => assert.deepEqual(evaluateText(call), want));
}

const FAULTS: readonly (readonly [call: string, fault: string])[] = [
  ['cidrhost("192.168.1.0/30", 255)', "prefix of 30 does not accommodate a host numbered 255"],
  ['cidrhost("192.168.1.0/30", -5)', "prefix of 30 does not accommodate a host numbered -5"],
  ['cidrhost("not-a-cidr", 6)', "invalid CIDR expression: invalid CIDR address: not-a-cidr"],
  ['cidrhost("10.256.0.0/8", 6)', "invalid CIDR expression: invalid CIDR address: 10.256.0.0/8"],
  ['cidrhost("10.0.0.0/8", 0.75)', "value must be a whole number"],
  ['cidrnetmask("1::/64")', "IPv6 addresses cannot have a netmask: 1::/64"],
  ['cidrsubnet("192.168.0.0/30", 4, 6)', "insufficient address space to extend prefix of 30 by 4"],
  [
    'cidrsubnet("192.168.0.0/16", 2, 16)',
    "prefix extension of 2 does not accommodate a subnet numbered 16",
  ],
  [
    'cidrsubnet("192.168.0.0/16", 2, -1)',
    "prefix extension of 2 does not accommodate a subnet numbered -1",
  ],
  [
    'cidrsubnets("10.0.0.0/30", 1, 3)',
    "would extend prefix to 33 bits, which is too long for an IPv4 address",
  ],
  [
    'cidrsubnets("10.0.0.0/8", 1, 1, 1)',
    "not enough remaining address space for a subnet with a prefix of 9 bits after 10.128.0.0/9",
  ],
  ['cidrsubnets("10.0.0.0/8", 1, 0)', "must extend prefix by at least one bit"],
  ['cidrcontains("not-a-cidr", "192.168.2.1")', "invalid CIDR address: not-a-cidr"],
  [
    'cidrcontains("192.168.2.0/20", "not-an-address")',
    "invalid IP address or prefix: not-an-address",
  ],
  [
    'cidrcontains("192.168.2.0/20", "fe80::1")',
    "address family mismatch: 192.168.2.0/20 vs. fe80::1",
  ],
];

for (const [call, fault] of FAULTS) {
  test(`${call} is refused: ${fault}`, () => {
    const told = String(evaluateText(call));
    assert.ok(told.includes(`: ${fault}.`), told);
  });
}

for (const text of [
  "",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "-1.2.3.4",
  "1..2.3",
  "abc",
  "123:",
  "1:2:3:4:5:6:7:8:9",
  "1::2::3",
  "1:2:3:4:5:6:7::8",
  ":1:2:3:4:5:6:7",
  "fe80::1%lo0",
  "1.2.3.4::",
  "::1.2.3",
  "g::",
  "12345::",
]) {
  test(`"${text}" is no address`, () => assert.equal(tryParseIp(text), undefined));
}

test("an address that is written reads back as it was", () => {
  const v4 = fc
    .bigInt({ min: 0n, max: 2n ** 32n - 1n })
    .map((address) => ({ address, bits: 32 as const }));
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  });
  const v6 = groups.map((all) => ({
    address: all.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n),
    bits: 128 as const,
  }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), (ip) => {
      fc.pre(ip.bits === 32 || ip.address >> 32n !== 0xffffn);
      assert.deepEqual(tryParseIp(formatIp(ip)), ip);
      const network = tryParseCidr(`${formatIp(ip)}/${ip.bits / 2}`);
      assert.ok(network !== undefined);
      assert.deepEqual(tryParseCidr(formatNetwork(network)), network);
    }),
  );
});
