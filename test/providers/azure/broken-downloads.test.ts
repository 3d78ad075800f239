import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { body } from "../conformance/stage.ts";
import { described, kindOf, openBrokenStore } from "./broken-store.ts";

const key = parseKey("a/b.txt");

afterEach(() => {
  vi.useRealTimers();
});

describe("a download that breaks off", () => {
  test("is resumed where it broke, from the same object only", async () => {
    await using store = await openBrokenStore(({ range }, response, request) => {
      if (range === undefined) {
        response.writeHead(200, { ...described, "content-length": 10 });
        response.write("01234", () => response.destroy());
      } else if (request.headers["if-match"] === '"0x1"') {
        const headers = { ...described, "content-length": 5, "content-range": "bytes 5-9/10" };
        response.writeHead(206, headers).end("56789");
      }
    });
    expect(Buffer.from(await body(await store.bucket.read(key))).toString()).toBe("0123456789");
    expect(store.requests.map(({ range }) => range)).toEqual([undefined, "bytes=5-9"]);
  });

  test("and is not taken up again twice in a row fails: fewer bytes are never taken for all", async () => {
    await using store = await openBrokenStore(({ range }, response) => {
      const rest = { "content-length": 5, "content-range": "bytes 5-9/10" };
      const headers = range === undefined ? { "content-length": 10 } : rest;
      response.writeHead(range === undefined ? 200 : 206, { ...described, ...headers });
      response.write(range === undefined ? "01234" : "", () => response.destroy());
      response.flushHeaders();
    });
    expect(await kindOf(body(await store.bucket.read(key)))).toBe("unavailable");
    expect(store.requests).toHaveLength(3);
  });

  test("is not completed with the start of an answer that ignores the range", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(200, { ...described, "content-length": 10 });
      response.write("01234", () => response.destroy());
    });
    expect(await kindOf(body(await store.bucket.read(key)))).toBe("unavailable");
  });

  test("and is replaced meanwhile is not completed with the new object's bytes", async () => {
    await using store = await openBrokenStore(({ range }, response) => {
      if (range === undefined) {
        response.writeHead(200, { ...described, "content-length": 10 });
        response.write("01234", () => response.destroy());
      } else {
        response.writeHead(412, { "x-ms-error-code": "ConditionNotMet" }).end();
      }
    });
    expect(await kindOf(body(await store.bucket.read(key)))).toBe("precondition-failed");
  });

  test("is left by an abort with its reason", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(200, { ...described, "content-length": 10 }).write("01234");
    });
    const controller = new AbortController();
    const result = await store.bucket.read(key, { signal: controller.signal });
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reader = result.body.getReader();
    await reader.read();
    const next = reader.read();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
  });

  test("while nobody reads is met by the next read, which goes on from there", async () => {
    const broken = Promise.withResolvers<void>();
    await using store = await openBrokenStore(({ range }, response) => {
      if (range === undefined) {
        response.once("close", () => broken.resolve());
        response.writeHead(200, { ...described, "content-length": 10 });
        response.write("01234", () => response.destroy());
      } else {
        const [, first = ""] = /=(\d+)-/.exec(range) ?? [];
        const rest = "0123456789".slice(Number(first));
        const place = { "content-length": rest.length, "content-range": `bytes ${first}-9/10` };
        response.writeHead(206, { ...described, ...place }).end(rest);
      }
    });
    const result = await store.bucket.read(key);
    await broken.promise;
    await new Promise((done) => setImmediate(done));
    expect(Buffer.from(await body(result)).toString()).toBe("0123456789");
  });

  test("by an abort while nobody reads gives the next read the signal's reason", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(200, { ...described, "content-length": 10 }).write("01234");
    });
    const controller = new AbortController();
    const result = await store.bucket.read(key, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await new Promise((done) => setImmediate(done));
    await expect(body(result)).rejects.toThrow("enough");
  });

  test("that stalls ends in a timeout", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(200, { ...described, "content-length": 10 }).write("01234");
    });
    const result = await store.bucket.read(key);
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reader = result.body.getReader();
    await reader.read();
    const kind = kindOf(reader.read());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await kind).toBe("timeout");
  });
});
