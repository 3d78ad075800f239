import { expect, test } from "vitest";
import { signedExpiry } from "./signed-expiry.ts";
import { failureKind, pattern, type Stage, someKey, text } from "./stage.ts";

const HOUR = 3600;

export function signCases(stage: Stage): void {
  test("GET gives the bytes and the type", async () => {
    const key = someKey();
    await stage.bucket.write(key, pattern(1000), { type: "image/png" });
    const response = await stage.send(await stage.sign("GET", key));
    expect(response.status).toBe(200);
    expect(response.body).toEqual(pattern(1000));
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("etag")).toBe((await stage.bucket.stat(key)).etag);
  });

  test("GET with a Range gives that part", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("0123456789"));
    const response = await stage.send(await stage.sign("GET", key), undefined, {
      range: "bytes=2-4",
    });
    expect([response.status, response.headers.get("content-range")]).toEqual([206, "bytes 2-4/10"]);
    expect(new TextDecoder().decode(response.body)).toBe("234");
  });

  test("GET with If-None-Match of the same etag is 304", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text("x"));
    const response = await stage.send(await stage.sign("GET", key), undefined, {
      "if-none-match": etag,
    });
    expect([response.status, response.body.byteLength]).toEqual([304, 0]);
  });

  test("GET of a missing object is signed all the same, and 404 when sent", async () => {
    expect((await stage.send(await stage.sign("GET", someKey()))).status).toBe(404);
  });

  test("HEAD tells the length", async () => {
    const key = someKey();
    await stage.bucket.write(key, pattern(1000));
    const response = await stage.send(await stage.sign("HEAD", key));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("1000");
  });

  test("DELETE removes", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    expect((await stage.send(await stage.sign("DELETE", key))).status).toBeLessThan(300);
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });

  test.each([`report.pdf`, `a "quoted"; name.txt`, `größe 猫 😀.png`, `a\r\nSet-Cookie: x=y.txt`])(
    "GET with a download name: %j",
    async (download) => {
      const key = someKey();
      await stage.bucket.write(key, text("x"));
      const signed = await stage.bucket.sign({ method: "GET", key, expires: HOUR, download });
      const response = await stage.send(signed);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-disposition")).toMatch(/^attachment; ?filename/);
      expect(response.headers.get("set-cookie")).toBeNull();
    },
  );

  test.each([1, 60, HOUR, 7 * 24 * HOUR])(
    "expiresAt of %i s is what the URL says",
    async (expires) => {
      const before = Date.now();
      const signed = await stage.bucket.sign({ method: "GET", key: someKey(), expires });
      expect(signed.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Date.parse(signed.expiresAt)).toBe(signedExpiry(signed.url).getTime());
      const life = (Date.parse(signed.expiresAt) - before) / 1000;
      expect(life).toBeLessThanOrEqual(expires + 60);
      expect(signed.clampedBy !== undefined || life > expires - 2).toBe(true);
    },
  );

  test("needs no header that a browser's GET does not send", async () => {
    const signed = await stage.sign("GET", someKey());
    expect(signed.method).toBe("GET");
    expect(signed.headers).toEqual({});
  });

  test("half an hour later it still serves", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    const then = new Date(Date.now() - (HOUR / 2) * 1000);
    const signed = await stage.subject.at(then).sign({ method: "GET", key, expires: HOUR });
    expect((await stage.send(signed)).status).toBe(200);
  });

  test("names with a signature's own words do not end it early", async () => {
    const key = someKey();
    const odd = `${key}?X-Amz-Signature=0&sig=1` as typeof key;
    await stage.bucket.write(odd, text("odd"));
    const response = await stage.send(await stage.sign("GET", odd));
    expect(new TextDecoder().decode(response.body)).toBe("odd");
  });
}
