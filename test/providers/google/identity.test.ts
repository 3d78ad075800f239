import { createSign, createVerify } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createIdentity } from "../../../functions/providers/google/identity.ts";
import { openGoogle } from "../../../functions/providers/google/provider.ts";
import { listen, type Listening } from "../../support/listen.ts";
import { context, serviceAccount, signingKey } from "./store.ts";

const EMAIL = "vm@project.iam.gserviceaccount.com";
const ambient = { kind: "google", credentials: { type: "ambient" } } as const;
const key = parseKey("a b.png");

/** Google's metadata server and its IAM, with the service account of a virtual machine. */
describe("the ambient identity of a virtual machine", () => {
  let google: Listening;
  let asked: string[] = [];
  let underWay = 0;
  let most = 0;
  let status = 200;

  beforeEach(async () => {
    [asked, underWay, most, status] = [[], 0, 0, 200];
    google = await listen((request, response) => {
      const { url = "", headers } = request;
      asked.push(url);
      response.setHeader("metadata-flavor", "Google");
      if (url.endsWith("/email")) response.end(EMAIL);
      else if (url.includes("/token")) {
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({ access_token: "token", expires_in: 3600, token_type: "Bearer" }),
        );
      } else if (url.endsWith(":signBlob")) {
        most = Math.max(most, (underWay += 1));
        void text(request).then(async (body) => {
          // As long as a call to IAM takes, so that calls meet.
          await setTimeout(20);
          underWay -= 1;
          response.setHeader("content-type", "application/json");
          if (headers.authorization !== "Bearer token") return response.writeHead(401).end();
          if (status !== 200) return response.writeHead(status).end("{}");
          const bytes = Buffer.from((JSON.parse(body) as { payload: string }).payload, "base64");
          const sign = createSign("RSA-SHA256").update(bytes);
          const signedBlob = sign.sign(serviceAccount.privateKey, "base64");
          return response.end(JSON.stringify({ signedBlob }));
        });
      } else response.end("");
    });
    vi.stubEnv("GCE_METADATA_HOST", google.url.replace("http://", ""));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", undefined);
    vi.stubEnv("CLOUDSDK_CONFIG", "/nonexistent");
    vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await google.close();
  });

  const open = () =>
    openGoogle(ambient, context, createIdentity(ambient, undefined, `${google.url}/sign/`)).bucket(
      "b",
    );
  const sign = async (bucket = open(), expires = 3600) =>
    bucket.sign({ method: "GET", key, expires });

  test("signs without a key, by a call to IAM", async () => {
    const { url, expiresAt } = await sign();
    const parameters = new URL(url).searchParams;
    expect(parameters.get("X-Goog-Credential")).toBe(
      `${EMAIL}/20260501/auto/storage/goog4_request`,
    );
    expect(expiresAt).toBe("2026-05-01T13:00:00Z");
    expect(asked.at(-1)).toBe(`/sign/${EMAIL}:signBlob`);
    expect(parameters.get("X-Goog-Signature")).toMatch(/^[0-9a-f]{512}$/);
  });

  test("its signatures are those of the service account", async () => {
    const identity = createIdentity(ambient, undefined, `${google.url}/sign/`);
    const place = { provider: "google", operation: "sign" };
    const signature = await identity.sign("what is signed", place);
    const verify = createVerify("RSA-SHA256").update("what is signed");
    expect(verify.verify(signingKey, signature)).toBe(true);
  });

  test("many signatures ask for the address once, and for 32 signatures at a time", async () => {
    const bucket = open();
    await Promise.all(Array.from({ length: 200 }, async () => sign(bucket)));
    expect(asked.filter((url) => url.endsWith("/email"))).toHaveLength(1);
    expect(asked.filter((url) => url.endsWith(":signBlob"))).toHaveLength(200);
    expect(most).toBe(32);
  });

  test("without the right to sign is a credentials error that names the role", async () => {
    status = 403;
    await expect(sign()).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("Service Account Token Creator"),
    });
  });

  test("IAM that has enough of us is no lack of credentials", async () => {
    // The library's pauses between tries are over at once.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const time = setInterval(() => vi.advanceTimersByTime(1000), 5);
    status = 429;
    await expect(sign()).rejects.toMatchObject({ kind: "throttled" });
    expect(asked.filter((url) => url.endsWith(":signBlob")).length).toBeGreaterThan(1);
    clearInterval(time);
    vi.useRealTimers();
  });
});
