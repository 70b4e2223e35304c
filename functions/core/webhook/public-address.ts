/** Address ranges with their prefix lengths in bits. */
type Range = readonly [string, number];

/** IPv4 addresses that IANA's registry of special-purpose addresses does not call globally reachable. */
const specialIpv4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local; 169.254.169.254 has the metadata of a machine of AWS.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * The only IPv6 addresses that are assigned for the internet. All others are refused, among them those that
 * hold an IPv4 address: mapped ones (::ffff:0:0/96) and those of NAT64 (64:ff9b::/96).
 */
const globalIpv6: Range = ['2000::', 3];

/** Special ones of them: IETF protocols with Teredo, documentation, 6to4, which holds an IPv4 address. */
const specialIpv6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * Whether an IP address, as a resolver or the host of a URL has it, is one of the internet: not of this
 * machine, of a private network or of the cloud's own services. Text that is no address counts as not public.
 */
export function isPublicAddress(address: string): boolean {
  const ipv4 = valueOfIpv4(address);
  if (ipv4 !== undefined) return !specialIpv4.some((range) => isWithin(ipv4, range, valueOfIpv4, 32));
  const ipv6 = valueOfIpv6(address);
  if (ipv6 === undefined || !isWithin(ipv6, globalIpv6, valueOfIpv6, 128)) return false;
  return !specialIpv6.some((range) => isWithin(ipv6, range, valueOfIpv6, 128));
}

function isWithin(
  value: bigint,
  [first, prefixBits]: Range,
  valueOf: (address: string) => bigint | undefined,
  addressBits: number,
): boolean {
  const hostBits = BigInt(addressBits - prefixBits);
  return value >> hostBits === (valueOf(first) ?? -1n) >> hostBits;
}

function valueOfIpv4(address: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** The URL parser brings every form into one: lower case, without dots, the longest run of zeros as `::`. */
function valueOfIpv6(address: string): bigint | undefined {
  const [, normal] = /^\[(.*)\]$/.exec(URL.parse(`http://[${address}]`)?.hostname ?? '') ?? [];
  if (normal === undefined) return undefined;
  const [head = [], tail = []] = normal.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
