import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openClient } from "./load/client.ts";
import { type Surprises, workOnce } from "./load/work.ts";
import { SECRETS, type Service, startService } from "./service.ts";

/** `LOAD_SECONDS=600` for a full run. */
const SECONDS = Number(process.env["LOAD_SECONDS"] ?? 20);
const CLIENTS = 32;
const MIB = 2 ** 20;
/** Ten minutes levelled off at 264 MiB, 20 s on idle processors reached 268: growth below this is warming up. */
const WARM = 384 * MIB;

let service: Service;
beforeEach(async () => {
  service = await startService({ LOG_LEVEL: "debug" });
});
afterEach(() => service.stop());

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

test(
  "under saturating load: no error, no growth of memory, no secret said",
  { timeout: (SECONDS + 60) * 1000 },
  async () => {
    const { send, agent } = openClient(CLIENTS);
    const surprises: Surprises = new Map();
    const memories: number[] = [];
    const end = Date.now() + SECONDS * 1000;
    let calls = 0;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let round = 0; Date.now() < end; round++) {
        const made = await workOnce(service, send, `load-${client}-${round % 7}`, surprises);
        calls += made;
      }
    });
    const sampling = async () => {
      while (Date.now() < end) {
        memories.push(service.memory().now);
        await sleep(500);
      }
    };
    await Promise.all([...clients, sampling()]);
    agent.destroy();
    const third = Math.floor(memories.length / 3);
    const middle = median(memories.slice(third, 2 * third));
    const last = median(memories.slice(-third));
    const [inMiddle, atEnd] = [middle, last].map((bytes) => Math.round(bytes / MIB));
    console.log(
      `${calls} calls in ${SECONDS} s; memory ${inMiddle} MiB in the middle, ${atEnd} MiB at the end`,
    );
    expect(Object.fromEntries(surprises)).toEqual({});
    expect(last).toBeLessThan(Math.max(middle * 1.1 + 16 * MIB, WARM));
    expect(service.said()).not.toContain("X-Amz-Signature");
    for (const secret of Object.values(SECRETS)) expect(service.said()).not.toContain(secret);
  },
);

test("a stop lets what is under way end, in full", async () => {
  const link = "https://example.com/a\n";
  const running = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const headers = { ...service.headers, "content-type": "text/plain" };
      const outgoing = request(`${service.url}/links/resolve`, { method: "POST", headers });
      outgoing.write(link.repeat(10_000));
      const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
      return { outgoing, answer: text(incoming) };
    }),
  );
  service.process.kill("SIGTERM");
  for (const { outgoing } of running) outgoing.end(link);
  for (const { answer } of running) {
    expect((await answer).trimEnd().split("\n").at(-1)).toContain('"resolved":10001');
  }
  await once(service.process, "close");
  expect(service.process.exitCode).toBe(143);
});

test("clients that send their heads byte by byte are cut off, and keep nobody else from being served", async () => {
  const { hostname, port } = new URL(service.url);
  const slow = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write("GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ");
      return socket;
    }),
  );
  const dripping = setInterval(() => {
    for (const socket of slow) if (!socket.destroyed) socket.write("x");
  }, 1000);
  const closed = slow.map((socket) => once(socket.resume(), "close"));
  for (let call = 0; call < 100; call++) {
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  }
  await Promise.all(closed);
  clearInterval(dripping);
});
