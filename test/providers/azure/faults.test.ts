import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { described, kindOf, openBrokenStore } from "./broken-store.ts";

const key = parseKey("a/b.txt");
const MIB = 1024 * 1024;

afterEach(() => {
  vi.useRealTimers();
});

describe("a store that fails", () => {
  test("with 503 is asked three times, then it is throttled", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(503, { "x-ms-error-code": "ServerBusy" }).end();
    });
    expect(await kindOf(store.bucket.stat(key))).toBe("throttled");
    expect(store.requests).toHaveLength(3);
  });

  test("with 500 once is asked again and answers", async () => {
    let calls = 0;
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(++calls === 1 ? 500 : 200, { ...described, "content-length": 5 }).end();
    });
    expect(await store.bucket.stat(key)).toMatchObject({ size: 5, etag: '"0x1"' });
    expect(calls).toBe(2);
  });

  test("by hanging up is unavailable", async () => {
    await using store = await openBrokenStore((_received, response) => response.destroy());
    expect(await kindOf(store.bucket.stat(key))).toBe("unavailable");
    expect(store.requests).toHaveLength(3);
  });

  test("by not being there is unavailable", async () => {
    const store = await openBrokenStore(() => undefined);
    await store[Symbol.asyncDispose]();
    const call = store.bucket.list();
    await expect(call).rejects.toMatchObject({ kind: "unavailable", retryable: true });
  });

  test("with 403 is not asked again", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(403, { "x-ms-error-code": "AuthenticationFailed" }).end();
    });
    expect(await kindOf(store.bucket.stat(key))).toBe("credentials");
    expect(store.requests).toHaveLength(1);
  });

  test("by answering nonsense is unavailable", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>log in first");
    });
    expect(await kindOf(store.bucket.list())).toBe("unavailable");
    expect(await kindOf(store.bucket.stat(key))).toBe("unavailable");
  });

  test("by never answering ends in a timeout", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const arrived = Promise.withResolvers<void>();
    await using store = await openBrokenStore(() => arrived.resolve());
    const kind = kindOf(store.bucket.stat(key));
    await arrived.promise;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await kind).toBe("timeout");
  });

  test("by never answering is left by an abort, which closes the connection", async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using store = await openBrokenStore((_received, response) => {
      response.once("close", () => closed.resolve());
      arrived.resolve();
    });
    const controller = new AbortController();
    const call = store.bucket.stat(key, { signal: controller.signal });
    await arrived.promise;
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await closed.promise;
  });
});

describe("a write in blocks", () => {
  test("of which one fails for good commits nothing and cancels its source", async () => {
    await using store = await openBrokenStore((_, response) => {
      response.writeHead(store.requests.length === 2 ? 403 : 201, described).end();
    });
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(MIB)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await kindOf(store.bucket.write(key, endless))).toBe("denied");
    expect(cancelled).toBe(true);
    expect(store.requests.filter(({ target }) => target.includes("comp=blocklist"))).toEqual([]);
  });

  test("whose commit was carried out though its answer was lost succeeds when repeated", async () => {
    let commits = 0;
    await using store = await openBrokenStore(({ target }, response) => {
      if (target.includes("comp=blocklist") && ++commits === 1) response.destroy();
      else response.writeHead(201, described).end();
    });
    const stat = await store.bucket.write(key, new Uint8Array(9 * MIB));
    expect(stat.size).toBe(9 * MIB);
    expect(commits).toBe(2);
  });
});
