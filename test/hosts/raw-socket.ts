import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection that speaks HTTP byte by byte, as clients do that Node's own client cannot be made into. */
export interface RawSocket {
  readonly socket: Socket;
  send(text: string | Uint8Array): void;
  /** All that arrives until `pattern` has. */
  until(pattern: RegExp): Promise<string>;
  /** All that arrives until the server ends the connection. */
  end(): Promise<string>;
}

export async function openSocket(origin: string): Promise<RawSocket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (text) => (received += text.toString()));
  async function until(pattern: RegExp): Promise<string> {
    while (!pattern.test(received)) await once(socket, "data");
    return received;
  }
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    until,
    async end() {
      if (!socket.readableEnded) await once(socket, "end");
      return received;
    },
  };
}
