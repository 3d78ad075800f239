import { verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClient } from "../../../functions/providers/google/client.ts";
import { createIdentity } from "../../../functions/providers/google/identity.ts";
import { openGoogle } from "../../../functions/providers/google/provider.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { failureKind } from "../conformance/stage.ts";
import { context, openBucket, resource, serviceAccount, signingKey, startServer } from "./store.ts";

const key = parseKey("object");
const place = { provider: "google", operation: "stat" };

describe("tokens", () => {
  test("a service account signs its own, and asks no token server", async () => {
    const { cert, key: tlsKey } = selfSignedCertificate();
    let authorization = "";
    const server = createServer({ cert, key: tlsKey }, (request, response) => {
      authorization = request.headers.authorization ?? "";
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(resource("object")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), cert]);

    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const endpoint = { protocol: "https:", hostname: "127.0.0.1", origin } as const;
    const config = { kind: "google", endpoint, credentials: serviceAccount } as const;
    await openGoogle(config, context).bucket("b").stat(key);

    const [header = "", claims = "", signature = ""] = authorization
      .replace("Bearer ", "")
      .split(".");
    expect(
      verify(
        "RSA-SHA256",
        Buffer.from(`${header}.${claims}`),
        signingKey,
        Buffer.from(signature, "base64url"),
      ),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      iss: serviceAccount.clientEmail,
      scope: "https://www.googleapis.com/auth/devstorage.read_write",
    });
  });

  test("none is sent in clear text", async () => {
    let authorization: string | undefined = "not asked";
    const bucket = await openBucket((request, response) => {
      authorization = request.headers.authorization;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(resource("object")));
    });
    await bucket.stat(key);
    expect(authorization).toBeUndefined();
  });
});

describe("answers that are none", () => {
  test.each(["<html>captive portal</html>", "null", "{}", '{"name":"object","size":"-"}'])(
    "%s",
    async (body) => {
      const bucket = await openBucket((_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end(body);
      });
      expect(await failureKind(bucket.stat(key))).toBe("unavailable");
    },
  );

  test("nobody listens", async () => {
    const origin = await startServer((request) => request.socket.destroy());
    const endpoint = { protocol: "http:", hostname: "127.0.0.1", origin } as const;
    const config = { kind: "google", endpoint, credentials: serviceAccount } as const;
    const client = createClient(config, createIdentity(config));
    const call = client.json({ method: "POST", path: "/" }, place);
    expect(await failureKind(call)).toBe("unavailable");
  });

  test("one that does not come within the deadline", async () => {
    const origin = await startServer(() => undefined);
    const endpoint = { protocol: "http:", hostname: "127.0.0.1", origin } as const;
    const config = { kind: "google", endpoint, credentials: serviceAccount } as const;
    const client = createClient(config, createIdentity(config), 0.05);
    expect(await failureKind(client.json({ path: "/" }, place))).toBe("timeout");
    expect(await failureKind(client.stream({ path: "/" }, place))).toBe("timeout");
  });

  test("an abort reaches the wire", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<string>();
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const bucket = await openBucket((request) => {
      request.socket.once("close", () => resolve("closed"));
      controller.abort(reason);
    });
    await expect(bucket.stat(key, { signal: controller.signal })).rejects.toBe(reason);
    expect(await closed).toBe("closed");
  });
});
