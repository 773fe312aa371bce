import { isWholeNumber, partsOfNumber } from "../values/exact-number.ts";
import { boolValue, listValue, stringValue, type Value } from "../values/value.ts";
import { BOOL, listType, STRING } from "../values/value-type.ts";
import { type EagerFunction, type FunctionFault, isFault } from "./function-declaration.ts";
import {
  containsAddress,
  formatIp,
  formatNetwork,
  type IpNetwork,
  lastAddress,
  tryParseCidr,
  tryParseIp,
} from "./ip-address.ts";
import { numberParameter, stringParameter, textOf } from "./parameter.ts";

const INT64 = 2n ** 63n;

function networkOf(value: Value | undefined): IpNetwork | FunctionFault {
  const text = textOf(value);
  return tryParseCidr(text) ?? { fault: `invalid CIDR expression: invalid CIDR address: ${text}` };
}

function integerOf(value: Value | undefined): bigint | FunctionFault {
  if (value?.kind !== "number" || !isWholeNumber(value.content)) {
    return { fault: "value must be a whole number" };
  }
  const { mantissa, exponent } = partsOfNumber(value.content);
  return mantissa << BigInt(exponent);
}

/** A number of bits: small enough to shift by. */
function bitsOf(value: Value | undefined): number | FunctionFault {
  const integer = integerOf(value);
  if (typeof integer === "bigint" && integer >= -INT64 && integer < INT64) return Number(integer);
  return { fault: `value must be a whole number, between ${-INT64} and ${INT64 - 1n}` };
}

const cidrhost: EagerFunction = {
  kind: "eager",
  name: "cidrhost",
  parameters: [stringParameter("prefix"), numberParameter("hostnum")],
  returns: STRING,
  neverNull: true,
  call([prefix, hostnum]) {
    const number = integerOf(hostnum);
    if (typeof number !== "bigint") return number;
    const network = networkOf(prefix);
    if (isFault(network)) return network;
    const size = 1n << BigInt(network.bits - network.prefix);
    if (number >= size || number < -size) {
      return {
        fault: `prefix of ${network.prefix} does not accommodate a host numbered ${number}`,
      };
    }
    const host = number < 0n ? size + number : number;
    return stringValue(formatIp({ ...network, address: network.address | host }));
  },
};

const cidrnetmask: EagerFunction = {
  kind: "eager",
  name: "cidrnetmask",
  parameters: [stringParameter("prefix")],
  returns: STRING,
  neverNull: true,
  call([prefix]) {
    const network = networkOf(prefix);
    if (isFault(network)) return network;
    if (network.bits === 128) {
      return { fault: `IPv6 addresses cannot have a netmask: ${textOf(prefix)}` };
    }
    const hosts = lastAddress({ ...network, address: 0n });
    return stringValue(formatIp({ address: 0xffff_ffffn - hosts, bits: 32 }));
  },
};

const cidrsubnet: EagerFunction = {
  kind: "eager",
  name: "cidrsubnet",
  parameters: [stringParameter("prefix"), numberParameter("newbits"), numberParameter("netnum")],
  returns: STRING,
  neverNull: true,
  call([prefix, newbits, netnum]) {
    const bits = bitsOf(newbits);
    if (typeof bits !== "number") return bits;
    const number = integerOf(netnum);
    if (typeof number !== "bigint") return number;
    const network = networkOf(prefix);
    if (isFault(network)) return network;
    const subnet = subnetOf(network, bits, number);
    return isFault(subnet) ? subnet : stringValue(formatNetwork(subnet));
  },
};

function subnetOf(network: IpNetwork, bits: number, number: bigint): IpNetwork | FunctionFault {
  const prefix = network.prefix + bits;
  if (bits < 0) return { fault: "must extend prefix by zero bits or more", argument: 1 };
  if (prefix > network.bits) {
    return {
      fault: `insufficient address space to extend prefix of ${network.prefix} by ${bits}`,
    };
  }
  if (number < 0n || number >= 1n << BigInt(bits)) {
    return {
      fault: `prefix extension of ${bits} does not accommodate a subnet numbered ${number}`,
    };
  }
  return {
    ...network,
    prefix,
    address: network.address | (number << BigInt(network.bits - prefix)),
  };
}

const cidrsubnets: EagerFunction = {
  kind: "eager",
  name: "cidrsubnets",
  parameters: [stringParameter("prefix")],
  rest: numberParameter("newbits"),
  returns: listType(STRING),
  neverNull: true,
  call([prefix, ...extensions]) {
    const network = networkOf(prefix);
    if (isFault(network)) return { ...network, argument: 0 };
    const subnets: IpNetwork[] = [];
    for (const [at, newbits] of extensions.entries()) {
      const bits = bitsOf(newbits);
      const next = typeof bits === "number" ? nextSubnet(network, subnets.at(-1), bits) : bits;
      if (isFault(next)) return { ...next, argument: at + 1 };
      subnets.push(next);
    }
    return listValue(
      STRING,
      subnets.map((subnet) => stringValue(formatNetwork(subnet))),
    );
  },
};

/** The first subnet of that size behind another one, or at the start of the network. */
function nextSubnet(
  network: IpNetwork,
  previous: IpNetwork | undefined,
  newbits: number,
): IpNetwork | FunctionFault {
  if (newbits < 1) return { fault: "must extend prefix by at least one bit" };
  const prefix = network.prefix + newbits;
  if (prefix > network.bits) {
    const protocol = network.bits === 32 ? "IPv4" : "IPv6";
    return {
      fault: `would extend prefix to ${prefix} bits, which is too long for an ${protocol} address`,
    };
  }
  const free = previous === undefined ? network.address : lastAddress(previous) + 1n;
  const hosts = BigInt(network.bits - prefix);
  const address = ((free + (1n << hosts) - 1n) >> hosts) << hosts;
  if (address <= lastAddress(network)) return { ...network, prefix, address };
  return {
    fault: `not enough remaining address space for a subnet with a prefix of ${prefix} bits after ${formatNetwork(previous ?? network)}`,
  };
}

const cidrcontains: EagerFunction = {
  kind: "eager",
  name: "cidrcontains",
  parameters: [stringParameter("containing_prefix"), stringParameter("contained_ip_or_prefix")],
  returns: BOOL,
  call([containing, contained]) {
    const prefix = textOf(containing);
    const text = textOf(contained);
    const network = tryParseCidr(prefix);
    if (network === undefined) return { fault: `invalid CIDR address: ${prefix}` };
    const ip = tryParseIp(text);
    const inner = ip === undefined ? tryParseCidr(text) : { ...ip, prefix: ip.bits };
    if (inner === undefined) return { fault: `invalid IP address or prefix: ${text}` };
    if (inner.bits !== network.bits) {
      return { fault: `address family mismatch: ${prefix} vs. ${text}` };
    }
    const last = { ...inner, address: lastAddress(inner) };
    return boolValue(containsAddress(network, inner) && containsAddress(network, last));
  },
};

/** Functions of IP networks in CIDR notation, IPv4 and IPv6. */
export const CIDR_FUNCTIONS: readonly EagerFunction[] = [
  cidrcontains,
  cidrhost,
  cidrnetmask,
  cidrsubnet,
  cidrsubnets,
];
