import type { Endpoint } from "../storage/provider-config.ts";

/** An endpoint and what followed the host: `""`, or `/account` for Azure emulators. */
export interface ParsedEndpoint {
  readonly endpoint: Endpoint;
  readonly path: string;
}

/** Web consoles that people copy out of the address bar. */
const CONSOLE =
  /(^|\.)(console\.aws\.amazon\.com|console\.amazonaws\.cn|portal\.azure\.com|console\.cloud\.google\.com)$/;

const SHAPE =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[0-9a-f:.]+\]|[^\s:/?#@\\[\]]+)(?::(\d+))?(\/[^?#]*)?$/i;

/**
 * A URL, a host, or host:port. Without a scheme it is https when the port is 443 or absent, else
 * http. `port` is `STORAGE_PORT`; it must agree with a port written in the text.
 *
 * The problem, when there is one, is a phrase that says what is expected. It never repeats the text,
 * which may hold a password.
 */
export function parseEndpoint(
  text: string,
  port?: string,
): ParsedEndpoint | { readonly problem: string } {
  if (/[?#]/.test(text)) return { problem: "an endpoint without a query" };
  if (text.includes("@")) return { problem: "an endpoint without a user name or password" };
  const [, scheme, host = "", written, path = ""] = SHAPE.exec(text) ?? [];
  if (host === "") return { problem: "a URL, a host, or host:port" };
  if (written !== undefined && port !== undefined && Number(written) !== Number(port)) {
    return {
      problem: `the same port in both places, or one of them alone (here ${written} and ${port})`,
    };
  }
  const number = toPort(written ?? port);
  if (number === undefined) return { problem: "a port from 1 to 65535" };
  const protocol = toProtocol(scheme, number);
  if (protocol === undefined) return { problem: "an http:// or https:// address" };
  const address = `${protocol}//${host}${number === 0 ? "" : `:${number}`}`;
  if (!URL.canParse(address)) return { problem: "a URL, a host, or host:port" };
  const url = new URL(address);
  if (CONSOLE.test(url.hostname)) {
    return { problem: "the store's endpoint, not the address of its web console" };
  }
  return { endpoint: toEndpoint(protocol, url), path: path.replace(/\/+$/, "") };
}

/** 0 stands for "the scheme's own". */
function toPort(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function toProtocol(scheme: string | undefined, port: number): Endpoint["protocol"] | undefined {
  if (scheme === undefined) return port === 443 || port === 0 ? "https:" : "http:";
  const protocol = `${scheme.toLowerCase()}:`;
  return protocol === "http:" || protocol === "https:" ? protocol : undefined;
}

function toEndpoint(protocol: Endpoint["protocol"], url: URL): Endpoint {
  const { hostname, origin } = url;
  return url.port === ""
    ? { protocol, hostname, origin }
    : { protocol, hostname, port: Number(url.port), origin };
}
