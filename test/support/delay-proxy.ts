import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import type { Listening } from "./listen.ts";

/**
 * A wire on this machine that takes so many milliseconds there and back: every byte arrives half of them
 * late, in order, however many connections there are.
 */
export async function startDelayProxy(upstream: string, milliseconds: number): Promise<Listening> {
  const { hostname, port } = new URL(upstream);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const store = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // The other end hears of it by the close.
      socket.on("error", () => socket.destroy());
    }
    delay(client, store, milliseconds / 2);
    delay(store, client, milliseconds / 2);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function delay(from: Socket, to: Socket, milliseconds: number): void {
  const later = (work: () => void): void => void setTimeout(work, milliseconds);
  from.on("data", (chunk) => later(() => void to.write(chunk)));
  from.once("end", () => later(() => void to.end()));
  from.once("close", () => later(() => void to.destroy()));
}
