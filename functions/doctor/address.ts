import { isIP, connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { Endpoint } from "@remote-storage/core/storage/provider-config.ts";
import type { Finding } from "./finding.ts";
import { fine } from "./finding.ts";
import { PATIENCE, type World } from "./world.ts";

/** What is wrong with an address, by Node's own codes. */
const TROUBLES: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ECONNREFUSED: ["nobody listens there", "Start the store, or correct the endpoint's port."],
  ETIMEDOUT: [
    `no answer within ${PATIENCE / 1000} s`,
    "Check the address, and firewalls or security groups between here and there.",
  ],
  EHOSTUNREACH: ["there is no way to that host", "Check the address, routes and firewalls."],
  ENETUNREACH: ["there is no way to that network", "Check the address, routes and firewalls."],
  ECONNRESET: [
    "the connection is cut off at once",
    "Check whether the port speaks TLS, and what stands between here and there.",
  ],
  CERT_HAS_EXPIRED: ["its TLS certificate has expired", "Renew the store's certificate."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "its TLS certificate is for another name",
    "Write the endpoint with a name that the certificate has; with a bucket in the host, set path_style: true.",
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "its TLS certificate is signed by nobody known",
    "Give the certificate in NODE_EXTRA_CA_CERTS, here and to every client, or use one of a public authority.",
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    "it speaks no TLS",
    "Write http:// before the endpoint, or the port that speaks TLS.",
  ],
};
const ALIASES: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: "DEPTH_ZERO_SELF_SIGNED_CERT",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "DEPTH_ZERO_SELF_SIGNED_CERT",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "DEPTH_ZERO_SELF_SIGNED_CERT",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "ERR_SSL_WRONG_VERSION_NUMBER",
  EPIPE: "ECONNRESET",
};

/** Resolves the name, connects, and with https shakes hands: the first of these that fails is told. */
export async function examineAddress(endpoint: Endpoint, world: World): Promise<Finding> {
  const host = endpoint.hostname.replace(/^\[|\]$/g, "");
  const secure = endpoint.protocol === "https:";
  const port = endpoint.port ?? (secure ? 443 : 80);
  const resolved = isIP(host) === 0 ? await world.lookup(host).catch(() => []) : [host];
  const [address] = resolved;
  if (address === undefined) {
    return fault(
      `the name ${host} does not resolve`,
      "Correct the endpoint, or the DNS of this machine.",
    );
  }
  try {
    const socket = secure
      ? await opened(
          connectTls({ host: address, port, servername: isIP(host) === 0 ? host : "" }),
          "secureConnect",
        )
      : await opened(connectTcp({ host: address, port }), "connect");
    const how = socket instanceof TLSSocket ? describeTls(socket) : "without TLS";
    socket.destroy();
    return fine("address", `${host}:${port} answers, ${how}`);
  } catch (error) {
    const code = codeOf(error);
    const [found, remedy] = TROUBLES[ALIASES[code] ?? code] ?? [
      `cannot be reached (${code})`,
      "Correct the endpoint, and look at the network between here and there.",
    ];
    return { ...fault(`${host}:${port}: ${found}`, remedy), code };
  }
}

function fault(found: string, remedy: string): Finding {
  const meaning = "Nothing can be read, written or listed.";
  return { check: "address", state: "fault", found, meaning, remedy };
}

function opened(socket: Socket, event: "connect" | "secureConnect"): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(PATIENCE, () => {
      socket.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" }));
    });
    socket.once(event, () => resolve(socket));
    socket.once("error", reject);
  });
}

function describeTls(socket: TLSSocket): string {
  const { valid_to: until } = socket.getPeerCertificate();
  const end = new Date(until);
  const day = Number.isNaN(end.getTime())
    ? ""
    : `, certificate until ${end.toISOString().slice(0, 10)}`;
  return `${socket.getProtocol() ?? "TLS"}${day}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown";
}
