import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Who answers at an address. `public`: anyone's host on the internet. `private`: this machine or its
 * own network. `reserved`: nobody a link could mean (metadata services, link-local, multicast,
 * tunnels to other addresses, documentation).
 */
export type AddressKind = "public" | "private" | "reserved";

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE = toBlockList(
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
);

const RESERVED_4 = toBlockList(
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Metadata and control services of Alibaba Cloud and Azure, which lie among other addresses.
  "100.100.100.200/32",
  "168.63.129.16/32",
);

/** All that is assigned for hosts on the internet; what lies outside is private, reserved or unassigned. */
const GLOBAL_6 = toBlockList("2000::/3");

/** @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const RESERVED_6 = toBlockList(
  // Teredo, ORCHID, benchmarking and other protocols' own.
  "2001::/23",
  "2001:db8::/32",
  // 6to4: the next 32 bits are an IPv4 address.
  "2002::/16",
  "3fff::/20",
  // Metadata service of AWS, among private addresses.
  "fd00:ec2::/32",
);

/** The IPv4 address in the last 32 bits is the one that is reached: IPv4-mapped, and NAT64 (RFC 6052). */
const CARRIERS = toBlockList("::ffff:0:0/96", "64:ff9b::/96");

/** The address itself, or the IPv4 address that it stands for. */
export function reachedAddress(address: string): string {
  return isIPv6(address) && CARRIERS.check(address, "ipv6") ? lastIPv4(address) : address;
}

/** Says who answers at an IPv4 or IPv6 address; anything else is `reserved`. */
export function addressKind(written: string): AddressKind {
  const address = reachedAddress(written);
  const family = isIP(address);
  if (family === 4) {
    if (RESERVED_4.check(address)) return "reserved";
    return PRIVATE.check(address) ? "private" : "public";
  }
  // A zone (fe80::1%eth0) belongs to link-local addresses alone.
  if (family !== 6 || address.includes("%")) return "reserved";
  if (RESERVED_6.check(address, "ipv6") || isIsatap(address)) return "reserved";
  if (PRIVATE.check(address, "ipv6")) return "private";
  return GLOBAL_6.check(address, "ipv6") ? "public" : "reserved";
}

/** The networks as one list. */
function toBlockList(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

function lastIPv4(address: string): string {
  const [high = 0, low = 0] = groupsOf(address).slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/**
 * Such an interface is reached through a tunnel to the IPv4 address in its last 32 bits.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5214#section-6.1
 */
function isIsatap(address: string): boolean {
  const [high = 0, low = 0] = groupsOf(address).slice(4);
  return (high & 0xfdff) === 0 && low === 0x5efe;
}

/** The eight groups of 16 bits. A URL writes IPv6 in one way, without dotted parts. */
function groupsOf(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
