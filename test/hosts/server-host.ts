import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request as send, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { serve } from "../../functions/local/serve.ts";
import { environment, REMOTE_LINKS, type Host } from "./host.ts";

/** The local server over a real connection, with what it prints and logs going to `write`. */
export async function openServerHost(
  env: Readonly<Record<string, string>> = {},
  write: (text: string) => unknown = () => undefined,
): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), "server-host-"));
  await writeFile(join(folder, "remote_links.yml"), REMOTE_LINKS);
  const output = { write };
  const ours = { ...environment(folder), ...env };
  const server = await serve(ours, { stdout: output, stderr: output });
  const { hostname, port } = new URL(server.url);
  const agent = new Agent({ keepAlive: true });
  return {
    origin: server.url,
    async request(method, target, headers = {}, body) {
      const sized = typeof body === "string" || body instanceof Uint8Array;
      const outgoing = send({
        agent,
        hostname,
        port,
        method,
        path: target,
        headers: { ...(sized && { "content-length": Buffer.byteLength(body) }), ...headers },
      });
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once("response", resolve);
        outgoing.once("error", reject);
      });
      const source = sized ? Readable.from([body]) : Readable.from(body ?? []);
      const [incoming] = await Promise.all([answered, pipeline(source, outgoing)]);
      return {
        status: incoming.statusCode ?? 0,
        headers: new Headers(
          Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          ),
        ),
        body: await buffer(incoming),
      };
    },
    async close() {
      agent.destroy();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
