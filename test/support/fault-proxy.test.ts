import { text } from "node:stream/consumers";
import { Client } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { type Fault, startFaultProxy } from "./fault-proxy.ts";
import { listen } from "./listen.ts";

/** A store that keeps what it is given, behind a proxy with these faults for its first requests. */
async function openStore(faults: readonly (Fault | undefined)[]) {
  const stored: string[] = [];
  const store = await listen((request, response) => {
    text(request).then(
      (body) => {
        stored.push(`${request.method} ${request.url} ${body}`);
        response.setHeader("x-host", request.headers.host ?? "");
        return response.end("the whole reply");
      },
      () => response.destroy(),
    );
  });
  const proxy = await startFaultProxy(store.url, ({ index }) => faults[index]);
  const client = new Client(proxy.url, { pipelining: 1 });
  onTestFinished(async () => {
    await client.destroy();
    await proxy.close();
    await store.close();
  });
  const put = async (): Promise<string> => {
    const signal = AbortSignal.timeout(10_000);
    const options = { method: "PUT", path: "/a%2F..//b", body: "bytes", signal } as const;
    const reply = await client.request(options).catch(() => undefined);
    if (reply === undefined) return "broken";
    const body = await reply.body.text().catch(() => "broken off");
    return `${reply.statusCode} ${body}`;
  };
  return { put, stored, proxy, client };
}

const whole = "200 the whole reply";
const request = "PUT /a%2F..//b bytes";

test("without a fault a request and its reply pass as they are", async () => {
  const { put, stored, proxy, client } = await openStore([]);
  expect(await put()).toBe(whole);
  expect(stored).toEqual([request]);
  expect(proxy.sentBytes()).toBe(5);
  const { headers, body } = await client.request({ method: "GET", path: "/" });
  await body.dump();
  expect(headers["x-host"]).toBe(new URL(proxy.url).host);
});

const answer = { status: 503, headers: { "retry-after": "1" }, body: "slow down" };

const cases: readonly (readonly [fault: Fault, told: string, stored: number])[] = [
  [{ kind: "delay", milliseconds: 1 }, whole, 1],
  [{ kind: "reset" }, "broken", 0],
  [{ kind: "lose" }, "broken", 1],
  [{ kind: "truncate" }, "200 broken off", 1],
  [{ kind: "slow-close" }, whole, 1],
  [{ kind: "answer", answer }, "503 slow down", 0],
];

test.each(cases)("%o", async (fault, told, count) => {
  const { put, stored, proxy } = await openStore([fault]);
  expect(await put()).toBe(told);
  expect(stored).toHaveLength(count);
  expect(proxy.faults).toEqual([fault.kind]);
  const second = await put();
  expect(second).toBe(fault.kind === "slow-close" ? "broken" : whole);
});

test("a request that hangs is one that nobody ever answers", async () => {
  const { client, stored, proxy } = await openStore([{ kind: "hang" }]);
  const left = new AbortController();
  const reply = client.request({ method: "GET", path: "/", signal: left.signal });
  reply.catch(() => undefined);
  await expect.poll(() => proxy.faults).toEqual(["hang"]);
  left.abort(new Error("left"));
  await expect(reply).rejects.toThrow("left");
  expect(stored).toEqual([]);
});
