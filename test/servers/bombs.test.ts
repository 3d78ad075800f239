import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Service, startService } from "./service.ts";

const MIB = 2 ** 20;
/** `BOMB_LINES=10000000` for a full run. */
const LINES = Number(process.env["BOMB_LINES"] ?? 500_000);
/**
 * What the service may take beyond what it has when idle, whatever is thrown at it: V8 lets its heap grow
 * to about half of that under load before it collects, and then no further.
 */
const BOUND = 320 * MIB;

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

async function* repeated(text: string, times: number): AsyncGenerator<string> {
  for (let time = 0; time < times; time++) yield text;
}

describe("bombs", () => {
  let service: Service;
  let idle: number;

  beforeAll(async () => {
    service = await startService({ LOG_LEVEL: "warn" });
    await fetch(`${service.url}/health`);
    idle = service.memory().now;
  });
  afterAll(() => service.stop());

  async function post(path: string, type: string, body: string | AsyncIterable<string>) {
    const bytes = typeof body === "string" ? body : ReadableStream.from(encoded(body));
    const headers = { ...service.headers, "content-type": type };
    const options = { method: "POST", headers, body: bytes, duplex: "half" } as const;
    const response = await fetch(service.url + path, options);
    let size = 0;
    let last = "";
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      last = (last + Buffer.from(chunk).toString()).slice(-500);
    }
    return { status: response.status, size, last };
  }

  function expectBounded(): void {
    const { most } = service.memory();
    console.log(`at most ${Math.round((most - idle) / MIB)} MiB more than idle so far`);
    expect(most - idle).toBeLessThan(BOUND);
  }

  test.each([
    ["nested arrays", "[".repeat(4 * MIB) + "]".repeat(4 * MIB - 1), 400],
    ["nested objects", '{"a":'.repeat(MIB), 400],
    ["a deep body that is well-formed", `{"items":${"[".repeat(MIB)}${"]".repeat(MIB)}}`, 400],
    ["a million items", `{"items":[${"0,".repeat(MIB)}0]}`, 400],
    ["a long number", `{"items":${"9".repeat(4 * MIB)}}`, 400],
    ["a long key", `{"${"k".repeat(4 * MIB)}":1}`, 400],
    ["a prototype", '{"__proto__":{"items":[]},"constructor":{"prototype":{}}}', 400],
    ["a gigabyte, as the length says", "", 413],
  ])("JSON: %s", async (_name, body, status) => {
    const sized =
      body === "" ? await tellLength(1024 * MIB) : await post("/sign", "application/json", body);
    expect(sized.status).toBe(status);
    expectBounded();
  });

  /** Announces a body and sends nothing of it. */
  async function tellLength(bytes: number): Promise<{ readonly status: number | undefined }> {
    const headers = { "content-type": "application/json", "content-length": bytes };
    const outgoing = request(`${service.url}/sign`, {
      method: "POST",
      headers: { ...service.headers, ...headers },
    });
    outgoing.flushHeaders();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    outgoing.on("error", () => undefined).destroy();
    return { status: incoming.statusCode };
  }

  test("JSON without an end is cut off", async () => {
    const endless = post("/sign", "application/json", repeated(`"${"x".repeat(MIB)}",`, 256));
    // Who is told no in the middle of sending may see the answer, or a closed connection.
    const status = await endless.then(
      (answer) => answer.status,
      () => "closed",
    );
    expect([413, "closed"]).toContain(status);
    expectBounded();
  });

  test.each([
    ["/sign", "application/x-ndjson", '"error"'],
    ["/links/resolve", "text/plain", '"failed":1'],
  ])("one endless line to %s", async (path, type, end) => {
    const { status, last } = await post(path, type, repeated("x".repeat(MIB), 300));
    expect(status).toBe(200);
    expect(last).toContain(end);
    expectBounded();
  });

  test("a link file of very many lines", { timeout: 600_000 }, async () => {
    const lines = "fs://remote-storage-private/a\nnonsense\n".repeat(500);
    const { last } = await post("/links/resolve", "text/plain", repeated(lines, LINES / 1000));
    expect(last).toContain(`"lines":${LINES},"resolved":${LINES / 2},"failed":${LINES / 2}`);
    expectBounded();
  });

  test("very many items in NDJSON", { timeout: 600_000 }, async () => {
    const lines = '{"method":"GET","bucket":"private","key":"a"}\n'.repeat(1000);
    const { size } = await post("/sign", "application/x-ndjson", repeated(lines, LINES / 1000));
    expect(size).toBeGreaterThan(LINES * 200);
    expectBounded();
  });
});

describe("bombs in files of the operator", () => {
  const main = fileURLToPath(new URL("../../functions/local/main.ts", import.meta.url));
  const levels = Array.from({ length: 30 }, (_, level) => {
    const before = `*a${level}`;
    return `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => before).join(",")}]`;
  });
  const aliases = `a0: &a0 [x]\n${levels.join("\n")}\n`;

  test.each([
    ["REMOTE_LINKS_FILE", aliases],
    ["REMOTE_LINKS_FILE", `a: ${"[".repeat(200_000)}`],
    ["ACCESS_FILE", aliases],
    ["ACCESS_FILE", `a: ${"[".repeat(200_000)}`],
  ])("%s", async (name, text) => {
    const folder = await mkdtemp(join(tmpdir(), "bomb-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "bomb.yml"), text);
    const { status, stderr } = spawnSync(process.execPath, [main, "serve"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], PORT: "0", [name]: join(folder, "bomb.yml") },
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(status).toBe(2);
    expect(stderr.length).toBeLessThan(10_000);
  });
});
