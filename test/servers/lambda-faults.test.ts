import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../infra/bundle.ts";
import { parse, type Problem } from "../hosts/client.ts";
import { toFunctionUrlEvent, toRestApiEvent } from "../support/lambda/gateways.ts";
import { type Runtime, startRuntime } from "../support/lambda/runtime.ts";
import { toSent } from "../support/lambda/sent.ts";
import { toAnswer } from "./lambda/function-host.ts";
import { logged, said } from "./lambda/logged.ts";

const TOKEN = "token-of-the-faults-0123456789";
const env = {
  STORAGE_PROVIDER: "minio",
  STORAGE_ENDPOINT: "http://127.0.0.1:1",
  STORAGE_REGION: "us-east-1",
  CACHE_BUCKET: "cache",
  API_TOKENS: TOKEN,
  AWS_ACCESS_KEY_ID: "ASIAEXPIRED",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "token",
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lambda-faults-"));
  const here = import.meta.dirname;
  await bundle(join(here, "lambda/faulty.ts"), join(folder, "faulty"));
  await bundle(join(here, "../../functions/aws/objects/main.ts"), join(folder, "objects"));
});
afterAll(() => rm(folder, { recursive: true }));

let runtime: Runtime | undefined;
afterEach(() => runtime?.stop());

async function start(name: string, handler: string, more = {}): Promise<Runtime> {
  runtime = await startRuntime(join(folder, name), `main.${handler}`, { ...env, ...more });
  return runtime;
}

async function get(target: string, headers: Record<string, string> = {}) {
  return toFunctionUrlEvent(await toSent("GET", target, headers));
}

async function staysAlive(running: Runtime): Promise<void> {
  const answer = toAnswer(await running.invoke(await get("/good")));
  expect(answer.body.toString()).toBe("good");
}

describe.each(["handler", "buffered"])("with main.%s", (handler) => {
  test("a mistake in the code is 500, told in the log with the request's id", async () => {
    const running = await start("faulty", handler);
    const answer = toAnswer(await running.invoke(await get("/throws", { "x-request-id": "abc" })));
    expect(answer.status).toBe(500);
    expect(parse<Problem>(answer)).toMatchObject({ code: "internal", requestId: "abc" });
    expect(answer.body.toString()).not.toContain("mistake");
    const line = await logged(running, { message: "unexpected error" });
    expect(line).toMatchObject({ level: "ERROR", requestId: "abc" });
    expect(JSON.stringify(line)).toContain("a mistake in the code");
    await staysAlive(running);
  });

  test("an answer that has not begun shortly before the end is 504", async () => {
    const running = await start("faulty", handler);
    const answer = toAnswer(await running.invoke(await get("/hangs"), 1500));
    expect(answer.status).toBe(504);
    expect(parse<Problem>(answer)).toMatchObject({ code: "timeout" });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    await staysAlive(running);
    expect(await logged(running, { limit: "time" })).toMatchObject({ level: "ERROR" });
    const line = await logged(running, { message: "request", path: "/hangs" });
    expect(line).toMatchObject({ status: 504, ServerErrors: 1, ColdStarts: 1 });
  });

  test("what is no HTTP request is refused, and is no end", async () => {
    const running = await start("faulty", handler);
    const outcome = await running.invoke({ Records: [] });
    const told = outcome.body.toString() + String(outcome.brokenBy);
    expect(told).toContain("TypeError");
    await staysAlive(running);
  });

  test("what a request leaves behind is done before the process may be frozen", async () => {
    const running = await start("faulty", handler);
    expect(toAnswer(await running.invoke(await get("/leaves"))).body.toString()).toBe("good");
    await staysAlive(running);
    const next = await said(running, '"path":"/good"');
    expect(await said(running, "what was left is done")).toBeLessThan(next);
  });

  test("but the function does not run into its end for it, and the log says so", async () => {
    const running = await start("faulty", handler);
    const answer = toAnswer(await running.invoke(await get("/lingers"), 1500));
    expect(answer.body.toString()).toBe("good");
    await running.invoke(await get("/leaves"));
    expect(await logged(running, { limit: "time" })).toMatchObject({ level: "WARN" });
  });

  test("settings with mistakes are 500, and the log has the report", async () => {
    const running = await start("objects", handler, { SIGNED_URL_EXPIRES: "soon" });
    const answer = toAnswer(await running.invoke(await get("/health")));
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).not.toContain("SIGNED_URL_EXPIRES");
    await said(running, "SIGNED_URL_EXPIRES");
  });
});

describe("an answer that breaks in its middle", () => {
  test.each([
    ["/breaks", "it broke off", 60_000],
    ["/endless", "nearly over", 1500],
  ])("%s: Lambda is told, the log too, and the runtime goes on", async (target, why, timeout) => {
    const running = await start("faulty", "handler");
    const outcome = await running.invoke(await get(target), timeout);
    expect(outcome.brokenBy).toBe("Error");
    expect(toAnswer(outcome).body.toString()).toBe("half");
    await staysAlive(running);
    const line = await logged(running, { message: "the answer broke off" });
    expect(JSON.stringify(line)).toContain(why);
    const request = await logged(running, { message: "request", path: target });
    expect(request).toMatchObject({ status: 200, BrokenAnswers: 1 });
  });

  test("is 500 when nothing of it has left", async () => {
    const running = await start("faulty", "buffered");
    expect(toAnswer(await running.invoke(await get("/breaks"))).status).toBe(500);
    await staysAlive(running);
  });
});

test("more than fits in one piece is 413, and the log says so; streamed it fits", async () => {
  const buffered = await start("faulty", "buffered");
  const answer = toAnswer(await buffered.invoke(await get("/large")));
  expect(parse<Problem>(answer)).toMatchObject({ status: 413, code: "too_large" });
  expect(await logged(buffered, { limit: "size" })).toMatchObject({ level: "WARN" });
  expect(await logged(buffered, { message: "request" })).toMatchObject({ status: 413 });
  await buffered.stop();
  const streaming = await start("faulty", "handler");
  const whole = toAnswer(await streaming.invoke(await get("/large")));
  expect(whole.body.byteLength).toBe(7_000_000);
});

test("a request of more than 8 MiB is 413", async () => {
  const running = await start("objects", "handler");
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const sent = await toSent("POST", "/sign", headers, Buffer.alloc(9 * 1024 * 1024, " "));
  const answer = toAnswer(await running.invoke(toRestApiEvent(sent)));
  expect(parse<Problem>(answer)).toMatchObject({ status: 413, code: "too_large" });
});

test("a mistake outside of every request ends the process, and the log says why", async () => {
  const running = await start("faulty", "handler");
  await expect(running.invoke(await get("/dies"))).rejects.toThrow(
    "a mistake outside of every request",
  );
  expect(running.alive()).toBe(false);
});

test("credentials that have expired are 502, and the log tells the code", async () => {
  const store = createServer((_request, response) => {
    response.writeHead(403, { "content-type": "application/xml" });
    response.end(
      "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>",
    );
  });
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
  const address = store.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const running = await start("objects", "handler", {
    STORAGE_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const sent = await toSent("GET", "/objects/private", headers);
  const answer = toAnswer(await running.invoke(toRestApiEvent(sent)));
  expect(parse<Problem>(answer)).toMatchObject({ status: 502, code: "credentials" });
  const line = await logged(running, { message: "storage failed" });
  expect(line).toMatchObject({ level: "ERROR", awsRequestId: expect.any(String) });
  expect(JSON.stringify(line)).toContain("ExpiredToken");
  store.closeAllConnections();
  store.close();
});
