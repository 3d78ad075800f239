import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import {
  type BlockBlobClient,
  ContainerClient,
  RestError,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import type { Azurite } from "./azurite.ts";

export interface FetchingAzure {
  /** As Azurite, at another address. */
  readonly azurite: Azurite;
  /** Bytes of objects that clients have sent: all but what was fetched. */
  sentBytes(): number;
  /** Ranges of parts that were fetched, and `whole`. */
  readonly fetched: readonly string[];
  close(): Promise<void>;
}

/** What goes wrong, if anything. */
export interface FetchFaults {
  /** What arrives in place of the source's bytes. */
  readonly spoil?: (bytes: Buffer) => Buffer;
  /** Called before each fetch: what it rejects with is a source that Azure cannot reach. */
  readonly onFetch?: (url: string) => void | Promise<void>;
}

/**
 * Azurite that fetches from other stores: Put Blob From URL and Put Block From URL as Azure documents them, which
 * Azurite does not know or does only within itself. It fetches the URL, compares the checksum that the
 * request names, and has Azurite store the bytes; all other requests are Azurite's. Who asks for the two operations
 * is not verified.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export async function startFetchingAzure(
  azurite: Azurite,
  { spoil = (bytes) => bytes, onFetch }: FetchFaults = {},
): Promise<FetchingAzure> {
  const { endpoint, account, keys } = azurite;
  const credential = new StorageSharedKeyCredential(account, keys.secretKey);
  const fetched: string[] = [];
  let sent = 0;

  async function fetchSource(headers: IncomingHttpHeaders): Promise<Buffer> {
    const url = String(headers["x-ms-copy-source"]);
    const range = headers["x-ms-source-range"];
    let response: Response;
    let bytes: Buffer;
    try {
      await onFetch?.(url);
      response = await fetch(url, range === undefined ? {} : { headers: { range: String(range) } });
      bytes = Buffer.from(await response.arrayBuffer());
    } catch {
      // Nothing that answers.
      throw new Refusal(500, "CannotVerifyCopySource");
    }
    const { status } = response;
    if (status !== (range === undefined ? 200 : 206)) {
      throw new Refusal(status < 400 ? 400 : status, "CannotVerifyCopySource", {
        "x-ms-copy-source-status-code": String(status),
      });
    }
    fetched.push(String(range ?? "whole"));
    bytes = spoil(bytes);
    const md5 = headers["x-ms-source-content-md5"];
    if (md5 !== undefined && createHash("md5").update(bytes).digest("base64") !== md5) {
      throw new Refusal(400, "Md5Mismatch");
    }
    return bytes;
  }

  async function store(request: IncomingMessage): Promise<Record<string, string>> {
    const { headers, url = "" } = request;
    const { pathname, searchParams } = new URL(url, endpoint.origin);
    const blockId = searchParams.get("blockid");
    const [, , container = "", ...name] = pathname.split("/").map(decodeURIComponent);
    const base = `${endpoint.origin}/${account}/${container}`;
    const blob = new ContainerClient(base, credential, {
      retryOptions: { maxTries: 1 },
    }).getBlockBlobClient(name.join("/"));
    const bytes = await fetchSource(headers);
    return blockId === null
      ? putBlob(blob, bytes, headers)
      : putBlock(blob, blockId, bytes, headers);
  }

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (!request.url?.includes("comp=blocklist")) sent += body.length;
    const { hostname, port } = new URL(endpoint.origin);
    const { method = "GET", url = "/", rawHeaders } = request;
    const options = { hostname, port, method, path: url, headers: rawHeaders, setHost: false };
    const passed = send(options);
    passed.end(body);
    const [reply] = (await once(passed, "response")) as [IncomingMessage];
    const answer = await buffer(reply);
    response.writeHead(reply.statusCode ?? 502, reply.rawHeaders).end(answer);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers, url = "" } = request;
    const block = url.includes("comp=block&");
    const whole = !url.includes("comp=") && headers["x-ms-blob-type"] === "BlockBlob";
    const copies = method === "PUT" && headers["x-ms-copy-source"] !== undefined;
    if (!copies || !(block || whole)) return passOn(request, response);
    try {
      response.writeHead(201, await store(request)).end();
    } catch (error) {
      const { status, code, more } = toRefusal(error);
      const told = { ...more, "x-ms-error-code": code, "content-type": "application/xml" };
      response.writeHead(status, told).end(`<Error><Code>${code}</Code></Error>`);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    azurite: { ...azurite, endpoint: { ...endpoint, port, origin } },
    fetched,
    sentBytes: () => sent,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Readonly<Record<string, string>>;

  constructor(status: number, code: string, more = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** What Azurite refuses is refused in its words. */
function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof RestError)) throw error;
  return new Refusal(error.statusCode ?? 500, error.code ?? "InternalError");
}

/** What the SDK calls the headers that a blob is stored with. */
const STORED: Readonly<Record<string, string>> = {
  "x-ms-blob-content-type": "blobContentType",
  "x-ms-blob-cache-control": "blobCacheControl",
  "x-ms-blob-content-disposition": "blobContentDisposition",
  "x-ms-blob-content-encoding": "blobContentEncoding",
  "x-ms-blob-content-language": "blobContentLanguage",
};
const METADATA = "x-ms-meta-";

async function putBlob(
  blob: BlockBlobClient,
  bytes: Buffer,
  headers: IncomingHttpHeaders,
): Promise<Record<string, string>> {
  const asked = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const rename = (to: (name: string) => string | undefined) =>
    Object.fromEntries(
      asked.flatMap(([name, value]) => {
        const renamed = to(name);
        return renamed === undefined ? [] : [[renamed, value]];
      }),
    );
  const { etag = "", lastModified } = await blob.upload(bytes, bytes.length, {
    conditions: { ifNoneMatch: String(headers["if-none-match"]) },
    metadata: rename((name) =>
      name.startsWith(METADATA) ? name.slice(METADATA.length) : undefined,
    ),
    blobHTTPHeaders: {
      ...rename((name) => STORED[name]),
      blobContentMD5: Buffer.from(String(headers["x-ms-blob-content-md5"]), "base64"),
    },
  });
  return { etag, "last-modified": lastModified?.toUTCString() ?? "" };
}

async function putBlock(
  blob: BlockBlobClient,
  id: string,
  bytes: Buffer,
  headers: IncomingHttpHeaders,
): Promise<Record<string, string>> {
  const wanted = headers["x-ms-source-content-crc64"];
  const { xMsContentCrc64 = new Uint8Array() } = await blob.stageBlock(id, bytes, bytes.length, {
    ...(wanted !== undefined && {
      transactionalContentCrc64: Buffer.from(String(wanted), "base64"),
    }),
  });
  return { "x-ms-content-crc64": Buffer.from(xMsContentCrc64).toString("base64") };
}
