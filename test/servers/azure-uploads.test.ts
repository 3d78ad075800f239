import { request } from "node:https";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES, openFunctionAppHost } from "../hosts/azure-host.ts";
import { createClient, parse, type Signed, STORED } from "../hosts/client.ts";
import { ALLOWED_ORIGIN, type Host } from "../hosts/host.ts";
import type { Part, Upload } from "../hosts/uploads.ts";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";

const MIB = 1024 * 1024;

let deployment: Deployment | undefined;
let opened: Host | undefined;
beforeAll(async () => {
  deployment = await deploy();
  opened = await openFunctionAppHost(deployment, ENTRIES.streamed);
  const { store } = deployment;
  const key = new StorageSharedKeyCredential(store.account, store.keys.secretKey);
  const service = new BlobServiceClient(store.endpoint.origin + store.basePath, key);
  const rule = {
    allowedOrigins: ALLOWED_ORIGIN,
    allowedMethods: "GET,HEAD,PUT,DELETE",
    allowedHeaders: "*",
    exposedHeaders: "ETag",
    maxAgeInSeconds: 60,
  };
  await service.setProperties({ cors: [rule] });
});
afterAll(async () => {
  await opened?.close();
  await deployment?.remove();
});

function stage() {
  if (deployment === undefined || opened === undefined) throw new Error("nothing is open yet");
  return { deployment, host: opened, client: createClient(opened) };
}

/** What pages cannot set. @see https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN =
  /^(?:host|content-length|connection|origin|cookie|date|te|expect|proxy-.*|sec-.*)$/i;

/** As a page does: preflight first, then the request with the headers that it names, and no others. */
async function sendAsPage(
  { method, url, headers }: Signed,
  body: string | Buffer<ArrayBuffer>,
): Promise<number> {
  const names = Object.keys(headers);
  expect(names.filter((name) => FORBIDDEN.test(name))).toEqual([]);
  const asked = {
    origin: ALLOWED_ORIGIN,
    "access-control-request-method": method,
    "access-control-request-headers": names.join(",").toLowerCase(),
  };
  const preflight = await fetch(url, { method: "OPTIONS", headers: asked });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(ALLOWED_ORIGIN);
  const answer = await fetch(url, {
    method,
    headers: { ...headers, origin: ALLOWED_ORIGIN },
    body,
  });
  expect(answer.headers.get("access-control-allow-origin")).toBe(ALLOWED_ORIGIN);
  return answer.status;
}

test("a page uploads a picture with what the signed request names", async () => {
  const { client } = stage();
  const wish = {
    method: "PUT",
    bucket: "private",
    key: "uploads/ü b.jpg",
    contentType: "image/jpeg",
  };
  const answer = await client.json("POST", "/sign", { items: [wish] });
  const [signed] = parse<{ readonly results: Signed[] }>(answer).results;
  if (signed === undefined) throw new Error("nothing was signed");
  expect(signed.headers).toMatchObject({ "x-ms-blob-type": "BlockBlob" });
  expect(STORED).toContain(await sendAsPage(signed, "a picture"));
  const head = await client.send("HEAD", "/objects/private?key=uploads/%C3%BC%20b.jpg");
  expect(head.headers.get("content-type")).toBe("image/jpeg");
  expect(head.headers.get("content-length")).toBe("9");
});

test("an upload in blocks that was cut off goes on where it was, with another process of the app", async () => {
  const { client, deployment: given } = stage();
  const bytes = Buffer.alloc(20 * MIB, "0123456789");
  const wish = { bucket: "private", key: "uploads/film.mp4", size: bytes.byteLength };
  const begun = await client.json("POST", "/uploads", { ...wish, contentType: "video/mp4" });
  const { id, parts } = parse<Upload>(begun);
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new Error("parts are missing");
  const slice = ({ offset, length }: Part) => bytes.subarray(offset, offset + length);
  expect(STORED).toContain(await sendAsPage(first, slice(first)));
  await breakOff(second, slice(second));

  const other = await openFunctionAppHost(given, ENTRIES.streamed);
  const again = createClient(other);
  const { parts: arrived } = parse<Upload>(await again.send("GET", `/uploads/${id}`));
  expect(arrived.map(({ number }) => number)).toEqual([1]);
  const early = await again.json("POST", `/uploads/${id}/complete`, { parts: [] });
  expect(early.status).toBe(400);
  const fresh = await again.json("POST", `/uploads/${id}/parts`, { numbers: [2, 3] });
  for (const part of parse<Upload>(fresh).parts) {
    expect(STORED).toContain(await sendAsPage(part, slice(part)));
  }
  const done = await again.json("POST", `/uploads/${id}/complete`, { parts: [] });
  expect(parse(done)).toMatchObject({ size: bytes.byteLength, type: "video/mp4" });
  const get = await again.send("GET", "/objects/private/uploads/film.mp4?redirect=false");
  expect((await again.open(parse<Signed>(get))).body.equals(bytes)).toBe(true);
  await other.close();
});

/** Half of the bytes, then nothing more: the connection ends. */
async function breakOff({ method, url, headers }: Signed, body: Buffer): Promise<void> {
  const length = { "content-length": String(body.byteLength) };
  const { certificate: ca } = stage().deployment.store;
  const outgoing = request(url, { method, headers: { ...headers, ...length }, ...(ca && { ca }) });
  outgoing.on("error", () => undefined);
  outgoing.write(body.subarray(0, body.byteLength / 2), () => outgoing.destroy());
  await new Promise((resolve) => outgoing.once("close", resolve));
}
