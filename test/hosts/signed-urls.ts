import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { parse, toTarget, type Signed } from "./client.ts";
import { KEYS } from "./host.ts";
import type { Stage, Topic } from "./suite.ts";

const place = "/objects/private/signed/data.bin";

async function signedGet({ client }: Stage): Promise<Signed> {
  await client.put("private/signed/data.bin", "0123456789");
  return parse<Signed>(await client.send("GET", `${place}?redirect=false`));
}

export const testSignedUrls: Topic = (stage) => {
  test.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=8-", 206, "89", "bytes 8-9/10"],
  ])("Range: %s", async (range, status, text, contentRange) => {
    const answer = await stage().client.open(await signedGet(stage()), { range });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-range")).toBe(contentRange);
    expect(answer.body.toString()).toBe(text);
  });

  test("a Range beyond the end is 416", async () => {
    const answer = await stage().client.open(await signedGet(stage()), { range: "bytes=10-" });
    expect(answer.status).toBe(416);
  });

  test("If-None-Match with the etag is 304", async () => {
    const signed = await signedGet(stage());
    const first = await stage().client.open(signed);
    const etag = first.headers.get("etag") ?? "";
    const again = await stage().client.open(signed, { "if-none-match": etag });
    expect(again.status).toBe(304);
  });

  test("any changed character of the signature, key or life is 403", async () => {
    const { host } = stage();
    const { url } = await signedGet(stage());
    const last = url.at(-1) === "0" ? "1" : "0";
    const forged = [
      url.slice(0, -1) + last,
      url.replace("data.bin", "data.bim"),
      url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
      url.replace("-private/", "-public/"),
    ];
    for (const each of forged) {
      expect(each).not.toBe(url);
      const answer = await host.request("GET", toTarget(host, each));
      expect(answer.status).toBe(403);
      expect(answer.headers.get("content-type")).toContain("xml");
    }
  });

  test("an expired one is 403", async () => {
    const { host, client } = stage();
    await signedGet(stage());
    const signedAt = new Date(Date.now() - 120_000);
    const expiresAt = new Date(signedAt.getTime() + 60_000).toISOString();
    const target = {
      origin: host.origin,
      basePath: "/remote-storage-private",
      region: "us-east-1",
    };
    const presign = createS3Presigner(target, KEYS);
    const intent = { method: "GET", key: parseKey("signed/data.bin"), expires: 60 } as const;
    const answer = await client.open(presign(intent, { signedAt, seconds: 60, expiresAt }));
    expect(answer.status).toBe(403);
  });

  test("another method than the signed one is 403", async () => {
    const { host } = stage();
    const { url } = await signedGet(stage());
    expect((await host.request("DELETE", toTarget(host, url))).status).toBe(403);
  });

  test("a bucket's path without a signature is 403, not a route", async () => {
    const answer = await stage().host.request("GET", "/remote-storage-private/signed/data.bin");
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toContain("xml");
  });
};
