import { isIP } from "node:net";

/** Addresses whose first `bits` bits are those of `address`. */
export interface Network {
  readonly address: string;
  readonly bits: number;
}

/** Hosts by name, and networks by address. */
export interface HostList {
  /** Lower case: a host, `*.domain` for all hosts below a domain, or `*` for every host. */
  readonly names: readonly string[];
  readonly networks: readonly Network[];
}

export const NO_HOSTS: HostList = { names: [], networks: [] };

/** From where this service itself may fetch public links: `LINK_FETCH_ALLOW` wins over `LINK_FETCH_DENY`. */
export interface FetchRules {
  readonly allow: HostList;
  readonly deny: HostList;
}

/** What {@link parseHostList} reads, for error messages. */
export const HOST_LIST =
  "hosts (files.example.com), domains (*.example.com), addresses or networks (10.1.0.0/16), comma-separated";

/** Comma-separated hosts, `*.domain`, `*`, addresses and networks in CIDR notation. */
export function parseHostList(text: string): HostList | undefined {
  const names: string[] = [];
  const networks: Network[] = [];
  for (const item of text.split(",").map((part) => part.trim().toLowerCase())) {
    const network = parseNetwork(item);
    if (network !== undefined) networks.push(network);
    else if (isName(item)) names.push(item);
    else return undefined;
  }
  return { names, networks };
}

function parseNetwork(text: string): Network | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  const width = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (width === 0 || rest.length > 0 || address.includes("%")) return undefined;
  if (bits === undefined) return { address, bits: width };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= width
    ? { address, bits: Number(bits) }
    : undefined;
}

/** A last label of digits alone would make it an address that is written wrongly. */
function isName(text: string): boolean {
  return (
    text === "*" ||
    (/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(text) && !/(?:^|\.)\d+$/.test(text))
  );
}
