import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { describe, expect, test } from "vitest";
import type { Identity } from "../../../functions/providers/google/identity.ts";
import { openGoogle } from "../../../functions/providers/google/provider.ts";
import { failureKind } from "../conformance/stage.ts";
import { context, serviceAccount } from "./store.ts";

const HOUR = 3600;
const key = parseKey("a b.png");
const ambient = { kind: "google", credentials: { type: "ambient" } } as const;

/** Ambient credentials that sign each text with its own length. */
function identity(calls: string[]): Identity {
  return {
    authorised: async () => Promise.reject(new Error("signing needs no token")),
    email: async () => "vm@project.iam.gserviceaccount.com",
    sign: async (text) => {
      calls.push(text);
      return Uint8Array.of(0xab, 0xcd);
    },
  };
}

describe("the ambient identity", () => {
  test("signs by one call for each signature", async () => {
    const calls: string[] = [];
    const bucket = openGoogle(ambient, context, identity(calls)).bucket("b");
    const signed = await bucket.sign({ method: "GET", key, expires: HOUR });
    expect(signed.url).toMatch(
      /^https:\/\/storage\.googleapis\.com\/b\/a%20b\.png\?.*&X-Goog-Signature=abcd$/,
    );
    expect(signed.url).toContain(
      "X-Goog-Credential=vm%40project.iam.gserviceaccount.com%2F20260501%2F",
    );
    expect(calls).toEqual([expect.stringMatching(/^GOOG4-RSA-SHA256\n20260501T120000Z\n/)]);
  });

  test("signs for 12 hours at most, and says why", async () => {
    const bucket = openGoogle(ambient, context, identity([])).bucket("b");
    const short = await bucket.sign({ method: "GET", key, expires: 12 * HOUR });
    expect(short).not.toHaveProperty("clampedBy");
    const long = await bucket.sign({ method: "GET", key, expires: 24 * HOUR });
    expect(long).toMatchObject({ clampedBy: "provider", expiresAt: "2026-05-02T00:00:00Z" });
    expect(long.url).toContain("X-Goog-Expires=43200");
  });

  test("without a service account behind it is a credentials error", async () => {
    const failing = {
      ...identity([]),
      email: async (place: { operation: string }) => {
        throw new StorageError("credentials", "none", { provider: "google", ...place });
      },
    };
    const bucket = openGoogle(ambient, context, failing).bucket("b");
    const signing = Promise.resolve(bucket.sign({ method: "GET", key, expires: HOUR }));
    expect(await failureKind(signing)).toBe("credentials");
  });
});

describe("a service account", () => {
  const config = { kind: "google", credentials: serviceAccount } as const;

  test("signs at once, for seven days if need be", () => {
    const signed = openGoogle(config, context)
      .bucket("b")
      .sign({ method: "PUT", key, expires: 7 * 24 * HOUR });
    expect(signed).toMatchObject({ method: "PUT", expiresAt: "2026-05-08T12:00:00Z" });
    expect(signed).not.toHaveProperty("clampedBy");
  });

  test("names the public endpoint", () => {
    const publicEndpoint = {
      protocol: "https:",
      hostname: "cdn.example",
      origin: "https://cdn.example",
    } as const;
    const provider = openGoogle({ ...config, publicEndpoint }, context);
    expect(provider.bucket("b").sign({ method: "GET", key, expires: 60 })).toMatchObject({
      url: expect.stringMatching(/^https:\/\/cdn\.example\/b\/a%20b\.png\?/),
    });
    expect(provider.origins("b")).toEqual([
      "https://cdn.example/b",
      "https://storage.googleapis.com/b",
      "https://b.storage.googleapis.com",
    ]);
  });

  test("with a key that is none does not open, and its text is told nobody", () => {
    const credentials = {
      ...serviceAccount,
      privateKey: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n",
    };
    const open = () => openGoogle({ kind: "google", credentials }, context);
    expect(open).toThrow("the service account's private key is not a private key in PEM");
    expect(open).not.toThrow("c2VjcmV0");
  });

  test("loads no library to sign", () => {
    const module = resolve(import.meta.dirname, "../../../functions/providers/google/provider.ts");
    const script = `
      import { createRequire } from "node:module";
      import { openGoogle } from ${JSON.stringify(module)};
      const context = { now: () => new Date(), policy: { maxExpires: 60, window: 0 }, fetch };
      const credentials = ${JSON.stringify(serviceAccount)};
      openGoogle({ kind: "google", credentials }, context).bucket("b").sign({ method: "GET", key: "k", expires: 60 });
      console.log(Object.keys(createRequire(import.meta.url).cache).length);
    `;
    const flags = ["--input-type=module", "--eval", script];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" }).trim()).toBe("0");
  });
});
