import { expect, test } from "vitest";
import { lifeOf, parse, STORED, TAKEN, toTarget, type Problem, type Signed } from "./client.ts";
import type { Topic } from "./suite.ts";

export const testObjects: Topic = (stage) => {
  test("GET redirects to a signed URL that gives the bytes", async () => {
    const { host, client } = stage();
    await client.put("private/objects/cat.txt", "miau", { "content-type": "text/plain" });
    const redirect = await client.send("GET", "/objects/private/objects/cat.txt");
    expect(redirect.status).toBe(307);
    expect(redirect.headers.get("cache-control")).toBe("private, max-age=300");
    const target = toTarget(host, redirect.headers.get("location") ?? "");
    const answer = await host.request("GET", target);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe("miau");
    expect(answer.headers.get("content-type")).toBe("text/plain");
  });

  test("a redirect may be kept for half the rest of the signature's life", async () => {
    const answer = await stage().client.send("GET", "/objects/private/x?expires=1m");
    const age = Number(/max-age=(\d+)/.exec(answer.headers.get("cache-control") ?? "")?.[1]);
    expect(age).toBeGreaterThanOrEqual(28);
    expect(age).toBeLessThanOrEqual(30);
  });

  test("redirect=false gives the signed request instead, and no cache keeps it", async () => {
    const answer = await stage().client.send(
      "GET",
      "/objects/private/x?redirect=false&expires=15m",
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const signed = parse<Signed>(answer);
    expect(signed).toMatchObject({ method: "GET", headers: {} });
    const life = Date.parse(signed.expiresAt ?? "") - Date.now();
    expect(life).toBeGreaterThan(890_000);
    expect(life).toBeLessThan(901_000);
  });

  test.each(["900", "15m", "900s"])("expires=%s is read", async (expires) => {
    const answer = await stage().client.send(
      "GET",
      `/objects/private/x?redirect=false&expires=${expires}`,
    );
    const life = lifeOf(parse<Signed>(answer).url);
    expect(life).toBeGreaterThan(890);
    expect(life).toBeLessThan(901);
  });

  test.each(["0", "0s", "8d", "604801", "-1", "soon", "", "1.5h"])(
    "expires=%s is refused",
    async (expires) => {
      const answer = await stage().client.send("GET", `/objects/private/x?expires=${expires}`);
      expect(answer.status).toBe(400);
      expect(parse<Problem>(answer)).toMatchObject({ code: "invalid_request" });
      expect(parse<Problem>(answer).detail).toContain("expires");
    },
  );

  test("a life beyond the policy's is clamped, and says so", async () => {
    const answer = await stage().client.send("GET", "/objects/private/x?redirect=false&expires=7d");
    const signed = parse<Signed>(answer);
    expect(signed.clampedBy).toBe("policy");
    expect(Date.parse(signed.expiresAt ?? "")).toBeLessThan(Date.now() + 86_401_000);
  });

  test("download makes browsers save the object under the name", async () => {
    const { client } = stage();
    await client.put("private/objects/d.txt", "d");
    const path = "/objects/private/objects/d.txt?redirect=false&download=na%C3%AFve%20%22x%22.txt";
    const answer = await client.open(parse<Signed>(await client.send("GET", path)));
    expect(answer.status).toBe(200);
    const disposition = answer.headers.get("content-disposition");
    expect(disposition).toMatch(/^attachment; .*filename\*=UTF-8''na%C3%AFve%20%22x%22\.txt/);
  });

  test("HEAD tells of the object without its bytes", async () => {
    const { client } = stage();
    await client.put("public/objects/h.bin", "12345", { "content-type": "image/png" });
    const answer = await client.send("HEAD", "/objects/public/objects/h.bin");
    expect(answer.status).toBe(200);
    expect(answer.body.byteLength).toBe(0);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-length": "5",
      "content-type": "image/png",
      "accept-ranges": "bytes",
      etag: expect.stringMatching(/^"[^"]+"$/),
      "last-modified": expect.stringMatching(/ GMT$/),
    });
  });

  test("HEAD of what is not there is 404 without a body", async () => {
    const answer = await stage().client.send("HEAD", "/objects/public/objects/none");
    expect(answer.status).toBe(404);
    expect(answer.body.byteLength).toBe(0);
  });

  test("PUT redirects before it reads the body, which then arrives", async () => {
    const { host, client } = stage();
    const photo = Buffer.alloc(100_000, "photo");
    // Azure wants it with every PUT, and a redirect cannot add it.
    const kind = { "x-ms-blob-type": "BlockBlob" };
    const redirect = await client.send("PUT", "/objects/private/objects/photo.jpg", kind, photo);
    expect(redirect.status).toBe(307);
    const target = toTarget(host, redirect.headers.get("location") ?? "");
    const headers = { ...kind, "content-type": "image/jpeg" };
    const stored = await host.request("PUT", target, headers, photo);
    expect(STORED).toContain(stored.status);
    const head = await client.send("HEAD", "/objects/private/objects/photo.jpg");
    expect(head.headers.get("content-length")).toBe("100000");
    expect(head.headers.get("content-type")).toBe("image/jpeg");
  });

  test("PUT redirect=false binds the content type and If-None-Match that the request names", async () => {
    const { client } = stage();
    const headers = { "content-type": "text/csv", "if-none-match": "*" };
    const path = "/objects/private/objects/once.csv?redirect=false";
    const signed = parse<Signed>(await client.send("PUT", path, headers));
    const names = Object.entries(signed.headers).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    expect(Object.fromEntries(names)).toMatchObject(headers);
    const first = await client.open(signed, {}, Buffer.from("a,b"));
    expect(STORED).toContain(first.status);
    const second = await client.open(signed, {}, Buffer.from("c,d"));
    expect(TAKEN).toContain(second.status);
  });

  test("DELETE is 204, whether it was there or not", async () => {
    const { client } = stage();
    await client.put("private/objects/gone", "x");
    for (const _ of [1, 2]) {
      const answer = await client.send("DELETE", "/objects/private/objects/gone");
      expect(answer.status).toBe(204);
      expect(answer.body.byteLength).toBe(0);
    }
    expect((await client.send("HEAD", "/objects/private/objects/gone")).status).toBe(404);
  });

  test("versionId is signed where the store has versions, else refused", async () => {
    const path = "/objects/private/x?redirect=false&versionId=v1";
    const answer = await stage().client.send("GET", path);
    const { storage } = parse<{ storage: { versions: boolean } }>(
      await stage().client.send("GET", "/capabilities"),
    );
    expect(answer.status).toBe(storage.versions ? 200 : 400);
  });
};
