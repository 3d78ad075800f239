import { BlockList, isIP } from "node:net";

/** From how far away an address is reached: the same machine, the same network, anywhere. */
export type Reach = "loopback" | "private" | "public";

const ORDER: readonly Reach[] = ["loopback", "private", "public"];

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** RFC 1918, 3927, 6598, 4193 and 4291: addresses that end at some router. */
const within = new BlockList();
for (const [net, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  within.addSubnet(net, bits);
}
within.addSubnet("fc00::", 7, "ipv6");
within.addSubnet("fe80::", 10, "ipv6");

/** Names that no public resolver knows (RFC 6762, ICANN's `.internal`, names of containers). */
const LOCAL_NAME = /^[^.]+$|\.(local|internal|lan|home\.arpa|svc|localdomain)$/;

/** True when `reach` is at least as wide as `wanted`. */
export function covers(reach: Reach, wanted: Reach): boolean {
  return ORDER.indexOf(reach) >= ORDER.indexOf(wanted);
}

function reachOfAddress(address: string): Reach {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (loopback.check(address, family)) return "loopback";
  return within.check(address, family) ? "private" : "public";
}

/** From how far away a host is reached, by its name alone or by the addresses that it resolves to. */
export function reachOf(host: string, addresses: readonly string[] = []): Reach {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return reachOfAddress(bare);
  if (bare === "localhost" || bare.endsWith(".localhost")) return "loopback";
  if (addresses.some((address) => reachOfAddress(address) === "public")) {
    return LOCAL_NAME.test(bare) ? "private" : "public";
  }
  if (addresses.length > 0) {
    return addresses.every((address) => reachOfAddress(address) === "loopback")
      ? "loopback"
      : "private";
  }
  return LOCAL_NAME.test(bare) ? "private" : "public";
}

/** From how far away a service is reached that listens on `host`, or says that it is at `publicUrl`. */
export function serviceReach(host: string, publicUrl?: string): Reach {
  if (publicUrl !== undefined) return reachOf(new URL(publicUrl).hostname);
  // Listening on every address of the machine is for others to come.
  return host === "0.0.0.0" || host === "::" ? "private" : reachOf(host);
}
