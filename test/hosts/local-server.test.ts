import { once } from "node:events";
import { listen, type LocalServer } from "../../functions/local/server.ts";
import type { Handler } from "@remote-storage/core/http/app.ts";
import { silentLog, type Log } from "@remote-storage/core/log.ts";
import { afterEach, describe, expect, test } from "vitest";
import { openSocket } from "./raw-socket.ts";

let running: LocalServer | undefined;
afterEach(() => running?.close());

async function start(app: Handler, log: Log = silentLog): Promise<string> {
  running = await listen(app, "127.0.0.1", 0, log);
  return `http://127.0.0.1:${running.port}`;
}

const redirect: Handler = () =>
  Promise.resolve(new Response(null, { status: 307, headers: { Location: "/elsewhere" } }));
const tellMethod: Handler = (request) => Promise.resolve(new Response(request.method));
const echo: Handler = async ({ body }) => new Response(await new Response(body).text());

describe("a body that the app does not want", () => {
  test("is not asked for with 100 Continue", async () => {
    const client = await openSocket(await start(redirect));
    client.send(
      "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n",
    );
    const answer = await client.end();
    expect(answer).toMatch(/^HTTP\/1\.1 307 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).not.toContain("100 Continue");
  });

  test("may be on its way already: the answer comes first, and is not lost", async () => {
    const client = await openSocket(await start(redirect));
    client.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
    const answer = await client.until(/\r\n\r\n/);
    expect(answer).toMatch(/^HTTP\/1\.1 307 [^]*content-length: 0\r\n/i);
    client.send(Buffer.alloc(5_000_000));
    expect(await client.end()).toBe(answer);
  });
});

describe("a body that the app reads", () => {
  test("is asked for with 100 Continue", async () => {
    const client = await openSocket(await start(echo));
    client.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    await client.until(/100 Continue\r\n\r\n/);
    client.send("body");
    expect(await client.until(/\r\n0\r\n\r\n$/)).toContain("\r\nbody\r\n");
    client.socket.destroy();
  });

  test("leaves the connection open for the next request", async () => {
    const client = await openSocket(await start(echo));
    const request = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    client.send(request);
    await client.until(/\r\n0\r\n\r\n$/);
    client.send(request);
    const answers = await client.until(/\r\n0\r\n\r\n[^]+\r\n0\r\n\r\n$/);
    expect(answers.match(/200 OK/g)).toHaveLength(2);
    client.socket.destroy();
  });
});

describe("a client that leaves", () => {
  test("aborts the request's signal and ends the source of the answer", async () => {
    const aborted = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const origin = await start((request) => {
      request.signal.addEventListener("abort", () => aborted.resolve());
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(Buffer.alloc(65_536)),
        cancel: () => cancelled.resolve(),
      });
      return Promise.resolve(new Response(endless));
    });
    const client = await openSocket(origin);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until(/200 OK/);
    client.socket.destroy();
    const both = Promise.all([aborted.promise, cancelled.promise]);
    await expect(both).resolves.toBeDefined();
  });

  test("is not waited for while the app still thinks", async () => {
    const aborted = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const origin = await start(async (request) => {
      request.signal.addEventListener("abort", () => aborted.resolve());
      asked.resolve();
      await aborted.promise;
      return new Response("nobody reads this");
    });
    const client = await openSocket(origin);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await asked.promise;
    client.socket.destroy();
    await expect(aborted.promise).resolves.toBeUndefined();
  });
});

test("an answer is made only as fast as it is read", async () => {
  let pulled = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(Buffer.alloc(1024 * 1024));
      },
    });
  const origin = await start(() => Promise.resolve(new Response(endless())));
  const client = await openSocket(origin);
  client.socket.pause();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  // Another request goes all the way while the first one's buffers are full.
  const other = await openSocket(origin);
  other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await other.until(/200 OK[^]{1000000}/);
  expect(pulled).toBeLessThan(100);
  client.socket.destroy();
  other.socket.destroy();
});

describe("an answer that breaks", () => {
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields) => errors.push(fields) };

  test("before its head is 500", async () => {
    const origin = await start(() => Promise.reject(new Error("broken app")), log);
    expect((await fetch(origin)).status).toBe(500);
  });

  test("in its middle cuts the connection, so that nobody takes it for whole", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from("half")),
      pull: (controller) => controller.error(new Error("the store broke off")),
    });
    const origin = await start(() => Promise.resolve(new Response(broken)), log);
    const whole = fetch(origin).then((answer) => answer.text());
    await expect(whole).rejects.toThrow(/terminated|fetch failed/);
    expect(JSON.stringify(errors)).toContain("the store broke off");
  });
});

describe("stopping", () => {
  test("lets a running request end, closes its connection and takes no new one", async () => {
    const asked = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const origin = await start(async () => {
      asked.resolve();
      await finish.promise;
      return new Response("done");
    });
    const client = await openSocket(origin);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await asked.promise;
    const idle = await openSocket(origin);
    const closed = running?.close();
    finish.resolve();
    expect(await client.end()).toMatch(/connection: close[^]+done/i);
    await idle.end();
    await closed;
    await expect(openSocket(origin)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the request log", () => {
  test("has a line for each request, with the path and never the query", async () => {
    const logged = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    const log: Log = { ...silentLog, info: (fields) => logged.resolve(fields) };
    const origin = await start((_request, call) => {
      call.identified?.("token:abc");
      return Promise.resolve(new Response("12345", { headers: { "X-Request-Id": "r1" } }));
    }, log);
    await (await fetch(`${origin}/a%20b?sig=secret`)).text();
    expect(await logged.promise).toEqual({
      method: "GET",
      path: "/a%20b",
      status: 200,
      ms: expect.any(Number),
      bytes: 5,
      requestId: "r1",
      principal: "token:abc",
    });
  });
});

describe("hostile requests", () => {
  test("TRACE, which a Web request cannot hold, reaches the app", async () => {
    const client = await openSocket(await start(tellMethod));
    client.send("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(await client.end()).toContain("\r\nTRACE\r\n");
  });

  test.each([
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", /^HTTP\/1\.1 400 /],
    [
      "an endless head",
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      /^HTTP\/1\.1 400 /,
    ],
    [
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      /^HTTP\/1\.1 400 /,
    ],
  ])("%s", async (_, request, expected) => {
    const client = await openSocket(await start(echo));
    client.send(request);
    expect(await client.end()).toMatch(expected);
    client.socket.destroy();
    await once(client.socket, "close");
  });

  test.each(["/a/../b//c", "http://other.example/y", "//x", "/%2e%2e/%zz?%ff", "/a'b|c"])(
    "the target %s reaches the app as it was sent",
    async (sent) => {
      const targets: string[] = [];
      const origin = await start((_request, { target }) => {
        targets.push(target);
        return Promise.resolve(new Response(null, { status: 204 }));
      });
      const client = await openSocket(origin);
      client.send(`GET ${sent} HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
      await client.until(/204 No Content/);
      client.socket.destroy();
      expect(targets).toEqual([sent]);
    },
  );
});
