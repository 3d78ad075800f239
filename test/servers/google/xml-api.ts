import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Answer, createUploads, failed } from "./uploads.ts";
import { isSigned, type SignedByClient, type Signer } from "./verify-signature.ts";

interface Resource {
  readonly md5Hash: string;
  readonly contentType?: string;
}

/**
 * Puts the XML API, where signed requests go, in front of the JSON API of fake-gcs-server, which checks no
 * signature, knows no condition there and no upload in parts. Everything else passes through untouched.
 */
export async function startXmlApi(jsonOrigin: string, signer: Signer) {
  const json = (target: string) => {
    const [, bucket = "", name = ""] = /^\/([^/]+)\/(.*)$/s.exec(target) ?? [];
    const path = `/storage/v1/b/${bucket}/o`;
    const object = name.replaceAll("/", "%2F");
    return {
      object: `${jsonOrigin}${path}/${object}`,
      upload: `${jsonOrigin}/upload${path}?uploadType=media&name=${object}`,
    };
  };

  async function put(
    target: string,
    type: string | null,
    body: Buffer,
    absent = false,
  ): Promise<Answer> {
    const condition = absent ? "&ifGenerationMatch=0" : "";
    const headers = { "content-type": type ?? "application/octet-stream" };
    const { upload } = json(target);
    const stored = await fetch(upload + condition, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    return { status: stored.status };
  }

  const uploads = createUploads(async (target, type, bytes) => {
    const { status } = await put(target, type, bytes);
    if (status !== 200) throw new Error(`the joined parts were refused with ${status}`);
  });

  async function get(target: string, query: URLSearchParams, headers: Headers): Promise<Answer> {
    const { object } = json(target);
    const found = await fetch(object);
    if (!found.ok) return failed(found.status, "NoSuchKey");
    const { md5Hash, contentType = "" } = (await found.json()) as Resource;
    const etag = `"${Buffer.from(md5Hash, "base64").toString("hex")}"`;
    if (headers.get("if-none-match") === etag) return { status: 304, headers: { etag } };
    const range = headers.get("range");
    const media = await fetch(`${object}?alt=media`, { headers: range === null ? {} : { range } });
    const disposition = query.get("response-content-disposition");
    return {
      status: media.status,
      headers: {
        etag,
        "content-type": contentType,
        ...(media.status === 206 && { "content-range": media.headers.get("content-range") ?? "" }),
        ...(disposition !== null && { "content-disposition": disposition }),
      },
      body: new Uint8Array(await media.arrayBuffer()),
    };
  }

  async function answer(sent: SignedByClient & { readonly body: Buffer }): Promise<Answer> {
    const { method, target, query, headers, body } = sent;
    const inParts = query.has("uploads") || query.has("uploadId");
    // Without TLS the provider sends no token, so its own calls come unsigned.
    const own = inParts && !query.has("partNumber");
    if (!own && !isSigned(sent, signer)) return failed(403, "SignatureDoesNotMatch");
    const [least, most] = (headers.get("x-goog-content-length-range") ?? "0,Infinity").split(",");
    if (body.length < Number(least) || body.length > Number(most))
      return failed(400, "EntityTooLarge");
    const type = headers.get("content-type");
    const bucket = /^\/[^/]*/.exec(target)?.[0] ?? "";
    if (!(await fetch(`${jsonOrigin}/storage/v1/b${bucket}`)).ok)
      return failed(404, "NoSuchBucket");
    if (inParts) return uploads({ method, target, query, type, body });
    switch (method) {
      case "PUT":
        return put(target, type, body, headers.get("x-goog-if-generation-match") === "0");
      case "DELETE":
        return { status: (await fetch(json(target).object, { method })).ok ? 204 : 404 };
      default:
        return get(target, query, headers);
    }
  }

  async function pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const upstream = request(`${jsonOrigin}${from.url}`, {
      method: from.method,
      headers: from.headers,
    });
    upstream.once("response", (response) => {
      to.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(to);
    });
    await pipeline(from, upstream);
  }

  async function serve(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const { url = "", method = "" } = from;
    if (/^\/(storage|upload|download)\//.test(url)) return pass(from, to);
    const target = /^[^?]*/.exec(url)?.[0] ?? "";
    const headers = new Headers(from.headers as Record<string, string>);
    const body = await buffer(from);
    const query = new URLSearchParams(url.slice(target.length));
    const found = await answer({ method, target, query, headers, body });
    const length = { "content-length": found.body?.length ?? 0 };
    const hasBody = method !== "HEAD" && found.status !== 304;
    to.writeHead(found.status, { ...(found.status !== 204 && length), ...found.headers });
    to.end(hasBody ? found.body : undefined);
  }

  const server = createServer((from, to) => {
    serve(from, to).catch(() => to.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
