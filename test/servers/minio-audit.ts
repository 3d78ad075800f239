import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

/** One request as MinIO itself logs it. */
interface Line {
  readonly api?: { readonly name?: string; readonly bucket?: string; readonly object?: string };
}

/** MinIO's audit log, sent here. */
export interface AuditLog {
  /** The settings that make MinIO send it. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of the calls on an object, in the order of their coming. */
  calls(object: string): readonly string[];
  close(): void;
}

export async function openAuditLog(): Promise<AuditLog> {
  const lines: Line[] = [];
  async function note(request: IncomingMessage, response: ServerResponse): Promise<void> {
    lines.push(...([await json(request)].flat() as Line[]));
    response.end();
  }

  const server = createServer((request, response) => void note(request, response)).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    env: {
      MINIO_AUDIT_WEBHOOK_ENABLE_TEST: "on",
      MINIO_AUDIT_WEBHOOK_ENDPOINT_TEST: `http://127.0.0.1:${address.port}/`,
    },
    calls: (object) =>
      lines.filter(({ api }) => api?.object === object).map(({ api }) => api?.name ?? "unknown"),
    close: () => server.close(),
  };
}
