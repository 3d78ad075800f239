import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { body } from "../conformance/stage.ts";
import { described, openBrokenStore } from "./broken-store.ts";

const key = parseKey("a/b.txt");
const MIB = 1024 * 1024;

async function kindOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "succeeded",
    (error: { kind?: string }) => error.kind ?? error,
  );
}

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
