import type { S3 } from "@aws-sdk/client-s3";
import type { CredentialSource } from "./credentials.ts";

/** One SDK client for each address and region; buckets that share them share its connections. */
export type Connect = (target: ClientTarget) => Promise<S3>;

interface ClientTarget {
  readonly origin: string;
  readonly region: string;
  readonly pathStyle: boolean;
}

const CONNECT_MILLISECONDS = 5000;
/** A socket on which nothing moves for this long is given up. */
const IDLE_MILLISECONDS = 60_000;
const MAX_SOCKETS = 256;
const ATTEMPTS = 3;

/** The SDK loads at the first call: signing with keys at hand never needs it. */
export function createConnect(source: CredentialSource): Connect {
  const clients = new Map<string, Promise<S3>>();

  async function open({ origin, region, pathStyle }: ClientTarget): Promise<S3> {
    const { S3: Client } = await import("@aws-sdk/client-s3");
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
    return new Client({
      region,
      endpoint: origin,
      forcePathStyle: pathStyle,
      credentials: async () => {
        // The SDK keeps those that do not end for ever; the source knows when to look for others.
        const { expiresAt: expiration = new Date(), ...keys } = await source.current();
        return { ...keys, expiration };
      },
      // The defaults send bodies in chunks with a CRC-32 trailer, which many stores refuse or store as it is.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      // The environment may ask for these kinds of host; here the host is given.
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      retryMode: "standard",
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_MILLISECONDS,
        socketTimeout: IDLE_MILLISECONDS,
        httpAgent: agent,
        httpsAgent: agent,
      },
    });
  }

  return (target) => {
    const name = `${target.origin} ${target.region} ${target.pathStyle}`;
    const client = clients.get(name) ?? open(target);
    clients.set(name, client);
    return client;
  };
}
