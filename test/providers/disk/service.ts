import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { createS3Endpoint } from "../../../functions/providers/disk/s3-endpoint.ts";

export const KEYS = {
  type: "keys",
  accessKey: "AKDISK",
  secretKey: "the secret of the disk",
} as const;

/** A data folder of its own, removed at the end. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "remote-storage-disk-"));
}

export function contextAt(now: () => Date): ProviderContext {
  return { now, policy: { maxExpires: 604_800, window: 0 }, fetch };
}

export const CONTEXT = contextAt(() => new Date());

export function configFor(dataPath: string, publicOrigin = () => "http://127.0.0.1:1"): DiskConfig {
  return { kind: "http", dataPath, keys: KEYS, region: "us-east-1", publicOrigin };
}

export interface Service {
  readonly dataPath: string;
  readonly config: DiskConfig;
  readonly provider: Provider;
  readonly origin: string;
  close(): Promise<void>;
}

/** The disk's S3 endpoint behind a real server, which hands it the request target as it was sent. */
export async function startService(buckets: readonly string[]): Promise<Service> {
  const dataPath = temporaryFolder();
  let origin = "";
  const config = configFor(dataPath, () => origin);
  const endpoint = createS3Endpoint(config, CONTEXT, buckets);

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url: target = "/" } = incoming;
    const aborted = new AbortController();
    incoming.on("error", (error) => {
      aborted.abort(error);
    });
    outgoing.on("close", () => {
      if (!outgoing.writableFinished) aborted.abort(new Error("the client went away"));
    });
    const headers = new Headers();
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
    }
    const hasBody = method !== "GET" && method !== "HEAD";
    const request = new Request(new URL(target, origin), {
      method,
      headers,
      signal: aborted.signal,
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" }),
    });
    const response = await endpoint(request, { target });
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as never), outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  origin = `http://127.0.0.1:${address.port}`;

  return {
    dataPath,
    config,
    provider: openDisk(config, CONTEXT),
    origin,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dataPath, { recursive: true, force: true });
    },
  };
}
