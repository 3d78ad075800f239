import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import type { LookupFunction } from "node:net";
import { onTestFinished } from "vitest";

/** Something on this machine that nobody may reach through a link. */
export interface Canary {
  readonly port: number;
  /** How many connections it has got. */
  connections(): number;
}

/** Listens on every address of this machine, where there is IPv6 on those too. */
export async function openCanary(): Promise<Canary> {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections };
}

/** A web server that a test wants to be reached, on loopback. */
export async function openWeb(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A resolver that knows these names alone; the answers of a name are given one after the other. */
export function resolverOf(
  names: Readonly<Record<string, readonly (readonly string[])[]>>,
): LookupFunction {
  const asked = new Map<string, number>();
  return (name, options, callback) => {
    const count = asked.get(name) ?? 0;
    asked.set(name, count + 1);
    const answers = names[name] ?? [];
    const found = (answers[Math.min(count, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
    const [first] = found;
    if (first === undefined) {
      callback(Object.assign(new Error(`ENOTFOUND ${name}`), { code: "ENOTFOUND" }), "");
    } else if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  };
}
