import { isIP, type LookupFunction } from "node:net";
import { BlockedAddressError } from "@remote-storage/core/links/public-fetch.ts";
import { buildConnector } from "undici";
import type { Guard } from "./guard.ts";

/** Milliseconds for a connection, TLS included. */
const CONNECT_TIMEOUT = 5000;

/**
 * Connects only where the guard allows. Addresses are judged inside the look-up whose answer the
 * socket connects to, so that a name cannot mean another address a moment later (DNS rebinding).
 */
export function createGuardedConnector(
  guard: Guard,
  lookup: LookupFunction,
): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: CONNECT_TIMEOUT,
    lookup: createGuardedLookup(guard, lookup),
  });
  return (options, callback) => {
    const { hostname } = options;
    // A socket looks no address up that is written as one.
    const allowed =
      isIP(hostname) === 0 ? guard.mayLookUp(hostname) : guard.mayConnect(hostname, hostname);
    if (allowed) connect(options, callback);
    else callback(new BlockedAddressError(), null);
  };
}

/** One forbidden address among several condemns the name: it would be tried sooner or later. */
function createGuardedLookup(guard: Guard, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "");
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const [first] = addresses;
      if (
        first === undefined ||
        !addresses.every(({ address }) => guard.mayConnect(hostname, address))
      ) {
        return callback(new BlockedAddressError(), "");
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
