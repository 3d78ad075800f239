import { once } from "node:events";
import { get, IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import {
  type Connection,
  type TakeConnection,
  watchConnections,
} from "../../functions/azure/connection.ts";
import { paced } from "../../functions/azure/paced.ts";
import { type Listening, listen } from "../support/listen.ts";

const ID = "x-ms-invocation-id";
const CHUNK = new Uint8Array(64 * 1024);

let server: Listening | undefined;
afterEach(() => server?.close());

/** Writes as the library does: whatever comes, without waiting. */
async function writeAll(body: ReadableStream<Uint8Array>, { outgoing }: Connection): Promise<void> {
  for await (const chunk of body.values()) outgoing.write(chunk);
  outgoing.end();
}

/** A body without end, until it is told to fail or to end. */
function source() {
  const facts = { pulled: 0, cancelled: false, fail: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        facts.pulled += 1;
        if (facts.fail) controller.error(new Error("the store broke off"));
        else controller.enqueue(CHUNK);
      },
      cancel() {
        facts.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { facts, body };
}

/** A request that is answered with a body; the client has the head. */
async function answering(body: ReadableStream<Uint8Array>) {
  const take: TakeConnection = watchConnections();
  const broken: unknown[] = [];
  const started = Promise.withResolvers<{ ended: Promise<void>; connection: Connection }>();
  server = await listen((request) => {
    const connection = take(String(request.headers[ID]));
    if (connection === undefined) throw new Error("the connection is not known");
    const wrapped = paced(body, connection, (error) => broken.push(error));
    const ended = writeAll(wrapped, connection);
    ended.catch(() => undefined);
    started.resolve({ ended, connection });
  });
  const outgoing = get(server.url, { headers: { [ID]: crypto.randomUUID() } });
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return { ...(await started.promise), incoming, outgoing, broken };
}

test("a client that does not read stops the reading of the body", async () => {
  const { facts, body } = source();
  const { ended, connection, outgoing } = await answering(body);
  await expect.poll(() => connection.outgoing.writableNeedDrain, { timeout: 15_000 }).toBe(true);
  let waiting = 0;
  for (let turn = 0; turn < 200; turn += 1) {
    await setImmediate();
    waiting = Math.max(waiting, connection.outgoing.writableLength);
  }
  // The body has no end: unpaced, it would all wait here.
  expect(waiting).toBeLessThan(8 * CHUNK.byteLength);
  outgoing.destroy();
  await ended;
  expect(facts.cancelled).toBe(true);
});

test("a client that leaves ends the answer without a word, while the body is waited for too", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(CHUNK),
    cancel: () => void (cancelled = true),
  });
  const { ended, outgoing, broken } = await answering(body);
  outgoing.destroy();
  await ended;
  expect(cancelled).toBe(true);
  expect(broken).toEqual([]);
});

test("of a client that has left before the answer begins nothing is read", async () => {
  const { facts, body } = source();
  const outgoing = new ServerResponse(new IncomingMessage(new Socket()));
  const gone = paced(body, { outgoing, left: AbortSignal.abort() }, () => undefined);
  expect(await buffer(gone)).toHaveLength(0);
  expect(facts).toMatchObject({ pulled: 0, cancelled: true });
});

test("a body that fails cuts the connection, and is told", async () => {
  const { facts, body } = source();
  const { ended, incoming, broken } = await answering(body);
  facts.fail = true;
  await expect(buffer(incoming)).rejects.toThrow("aborted");
  await expect(ended).rejects.toThrow("the store broke off");
  expect(broken).toEqual([new Error("the store broke off")]);
});

test("requests that are none of the library's are left alone", async () => {
  const take = watchConnections();
  server = await listen(
    (_, response) => void response.end(take("undefined")?.left.reason ?? "none"),
  );
  expect(await (await fetch(server.url)).text()).toBe("none");
});
