import { BlockList, isIP } from "node:net";
import type { FetchRules, HostList } from "@remote-storage/core/settings/host-list.ts";
import { addressKind, reachedAddress } from "./address-kind.ts";

/** Where a connection may go. Hosts are lower case, as URLs have them. */
export interface Guard {
  /** Whether a name may be looked up at all: asking whether an inner name exists is refused as well. */
  mayLookUp(host: string): boolean;
  /** Whether a connection for the host (a name or an address) may be made to the address. */
  mayConnect(host: string, address: string): boolean;
}

/**
 * Names that mean hosts of one's own network, whatever they resolve to.
 *
 * @see https://www.iana.org/assignments/special-use-domain-names
 */
const INNER_NAME =
  /^[^.]*$|\.(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/**
 * Public addresses are open but for what `deny` names; private ones are closed but for what `allow`
 * names. A host allowed by its name may have a private address; reserved ones (metadata services
 * among them) open to nothing but their own address in `allow`.
 */
export function createGuard({ allow, deny }: FetchRules): Guard {
  const allowedNetworks = toList(allow);
  const deniedNetworks = toList(deny);
  const isAllowed = (host: string) => matches(allow.names, host);
  const isDenied = (host: string) => matches(deny.names, host);

  return {
    mayLookUp(written) {
      const host = withoutDot(written);
      return isAllowed(host) || !(isDenied(host) || INNER_NAME.test(host));
    },
    mayConnect(written, writtenAddress) {
      const host = withoutDot(written);
      const address = reachedAddress(writtenAddress);
      if (holds(allowedNetworks, address)) return true;
      const kind = addressKind(address);
      if (isAllowed(host)) return kind !== "reserved";
      return kind === "public" && !isDenied(host) && !holds(deniedNetworks, address);
    },
  };
}

function toList({ networks }: HostList): BlockList {
  const list = new BlockList();
  for (const { address, bits } of networks) list.addSubnet(address, bits, familyOf(address));
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}

function matches(names: readonly string[], host: string): boolean {
  return names.some((name) =>
    name.startsWith("*") ? host.endsWith(name.slice(1)) : host === name,
  );
}

/** `example.com.` is the same host as `example.com`. */
function withoutDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}
