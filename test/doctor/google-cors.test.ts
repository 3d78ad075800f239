import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import { expect, onTestFinished, test } from "vitest";
import { openCors } from "../../functions/providers/google/cors.ts";

const credentials = { type: "keys", accessKey: "GOOG1", secretKey: "secret" } as const;

test("the rules of a Google bucket are read, and replaced by a PATCH of nothing else", async () => {
  let stored: unknown = { cors: [{ origin: ["https://a.example"], method: ["GET"] }] };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const received = request.method === "PATCH" ? json(request) : Promise.resolve(stored);
    void received.then((value) => {
      stored = value;
      response.setHeader("content-type", "application/json").end(JSON.stringify(stored));
      return stored;
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { protocol: "http:", hostname: "127.0.0.1", origin } as const;
  const rules = openCors({ kind: "google", endpoint, credentials }, "my bucket");
  const before = await rules.read();
  expect(before).toEqual([
    { origins: ["https://a.example"], methods: ["GET"], headers: [], exposed: [], maxAge: 3600 },
  ]);
  await rules.write([
    ...before,
    { origins: ["*"], methods: ["PUT"], headers: ["x-a"], exposed: ["ETag", "x-a"], maxAge: 5 },
  ]);
  expect(stored).toEqual({
    cors: [
      { origin: ["https://a.example"], method: ["GET"], responseHeader: [], maxAgeSeconds: 3600 },
      { origin: ["*"], method: ["PUT"], responseHeader: ["x-a", "ETag"], maxAgeSeconds: 5 },
    ],
  });
  expect(requests).toEqual([
    "GET /storage/v1/b/my%20bucket?fields=cors",
    "PATCH /storage/v1/b/my%20bucket?fields=cors",
  ]);
});

test("HMAC keys cannot, and that is said", async () => {
  const config: GoogleConfig = { kind: "google", credentials };
  await expect(openCors(config, "b").read()).rejects.toMatchObject({ kind: "unsupported" });
});
