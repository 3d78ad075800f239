import { createHash } from "node:crypto";
import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import sharp from "sharp";
import { expect, test } from "vitest";
import { parse, toTarget, type Signed } from "./client.ts";
import { ALLOWED_ORIGIN, KEYS } from "./host.ts";
import type { Stage, Topic } from "./suite.ts";

async function signedGet({ client }: Stage): Promise<Signed> {
  await client.put("private/own/data.bin", "0123456789");
  return parse<Signed>(await client.send("GET", "/objects/private/own/data.bin?redirect=false"));
}

/** What the service promises where it is the store itself: other stores have ways of their own. */
export const testOwnStore: Topic = (stage) => {
  test("bytes of users cannot act as pages of the service", async () => {
    const { headers } = await stage().client.open(await signedGet(stage()));
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("sandbox");
  });

  test("content is never older than a file that was written anew on this machine", async () => {
    const { client } = stage();
    await client.put("private/own/new.txt", "old");
    await client.send("GET", "/content/private/own/new.txt");
    await client.put("private/own/new.txt", "new text");
    const answer = await client.send("GET", "/content/private/own/new.txt");
    expect(answer.body.toString()).toBe("new text");
  });

  test("a new version of an original is a new picture", async () => {
    const { client } = stage();
    const background = "#c86432";
    const picture = sharp({ create: { width: 80, height: 60, channels: 3, background } }).jpeg();
    await client.put("private/own/new.jpg", await picture.toBuffer());
    const before = await client.send("GET", "/previews/private/own/new.jpg?format=png");
    await client.put("private/own/new.jpg", await picture.clone().negate().toBuffer());
    const after = await client.send("GET", "/previews/private/own/new.jpg?format=png");
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
    expect(after.body.equals(before.body)).toBe(false);
  });

  test("a Range beyond the end tells the size", async () => {
    const answer = await stage().client.open(await signedGet(stage()), { range: "bytes=10-" });
    expect(answer.headers.get("content-range")).toBe("bytes */10");
  });

  test("any change is told as S3 does", async () => {
    const { host } = stage();
    const { url } = await signedGet(stage());
    for (const forged of [
      url.replace("data.bin", "data.bim"),
      url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
      url.replace("-private/", "-public/"),
    ]) {
      const answer = await host.request("GET", toTarget(host, forged));
      expect(answer.body.toString()).toContain("<Code>SignatureDoesNotMatch</Code>");
    }
  });

  test("so is an end that has passed", async () => {
    const { host, client } = stage();
    const signedAt = new Date(Date.now() - 120_000);
    const expiresAt = new Date(signedAt.getTime() + 60_000).toISOString();
    const place = { origin: host.origin, basePath: "/remote-storage-private", region: "us-east-1" };
    const intent = { method: "GET", key: parseKey("own/data.bin"), expires: 60 } as const;
    const presign = createS3Presigner(place, KEYS);
    const answer = await client.open(presign(intent, { signedAt, seconds: 60, expiresAt }));
    expect(answer.body.toString()).toMatch(/expired/i);
  });

  test("a token beside the query signature is ignored, a second AWS signature is not", async () => {
    const { client } = stage();
    const signed = await signedGet(stage());
    const bearer = await client.open(signed, { authorization: "Bearer whatever-it-is-here" });
    expect(bearer.status).toBe(200);
    const doubled = await client.open(signed, { authorization: "AWS4-HMAC-SHA256 Credential=x" });
    expect(doubled.status).toBe(400);
  });

  test("the token that curl keeps on a redirect does not disturb a PUT", async () => {
    const { host, client } = stage();
    const redirect = await client.send("PUT", "/objects/private/own/photo.jpg");
    const target = toTarget(host, redirect.headers.get("location") ?? "");
    expect((await client.send("PUT", target, {}, "photo")).status).toBe(200);
  });

  test("other bytes than the checksum's are refused", async () => {
    const { client } = stage();
    const answer = await client.json("POST", "/sign", {
      items: [
        {
          method: "PUT",
          bucket: "private",
          key: "own/bound",
          contentLength: 5,
          checksumSha256: createHash("sha256").update("bound").digest("base64"),
        },
      ],
    });
    const [signed] = parse<{ results: Signed[] }>(answer).results;
    if (signed === undefined) throw new Error("no result");
    expect((await client.open(signed, {}, Buffer.from("other"))).status).toBe(400);
    expect((await client.open(signed, {}, Buffer.from("bound"))).status).toBe(200);
  });

  test("signed bytes may be read by the allowed origin, after a preflight", async () => {
    const { host, client } = stage();
    const origin = ALLOWED_ORIGIN;
    const preflight = { origin, "access-control-request-method": "PUT" };
    const allowed = await host.request("OPTIONS", "/remote-storage-private/x", preflight);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    const { headers } = await client.open(await signedGet(stage()), { origin });
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-expose-headers")).toContain("ETag");
  });
};
