import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { GoogleServiceAccount } from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { onTestFinished } from "vitest";
import { openGoogle } from "../../../functions/providers/google/provider.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const signingKey = publicKey;

export const serviceAccount: GoogleServiceAccount = {
  type: "service-account",
  clientEmail: "signer@project.iam.gserviceaccount.com",
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
};

export const context = {
  now: () => new Date("2026-05-01T12:00:00Z"),
  policy: { maxExpires: 604_800, window: 0 },
  fetch,
};

/** The address of a server that answers as `listener` does, until the test ends. */
export async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A bucket of a store that answers as `listener` does. */
export async function openBucket(listener: RequestListener): Promise<Bucket> {
  const origin = await startServer(listener);
  const endpoint = { protocol: "http:", hostname: "127.0.0.1", origin } as const;
  return openGoogle({ kind: "google", endpoint, credentials: serviceAccount }, context).bucket("b");
}

/** An object resource as the JSON API gives it. */
export function resource(name: string, more: Readonly<Record<string, unknown>> = {}) {
  const updated = "2026-05-01T11:00:00.000Z";
  const md5Hash = "XUFAKrxLKna5cZ2REBfFkg==";
  return { name, size: "5", updated, generation: "17", etag: "CBE=", md5Hash, ...more };
}
