import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES } from "../hosts/azure-host.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";
import { memoryOf } from "../support/memory-of.ts";

const TOKEN = "token-of-the-links-0123456789";
const MEBI = 2 ** 20;

let app: FunctionApp | undefined;
beforeAll(async () => {
  app = await startFunctionApp(ENTRIES.streamed, {
    STORAGE_PROVIDER: "azure",
    STORAGE_ACCESS_KEY: "account",
    STORAGE_SECRET_KEY: Buffer.alloc(64, "key").toString("base64"),
    CACHE_BUCKET: "cache",
    API_TOKENS: TOKEN,
    LOG_LEVEL: "error",
  });
});
afterAll(() => app?.stop());

function started(): FunctionApp {
  if (app === undefined) throw new Error("the app has not started");
  return app;
}

/** A thousand links a piece. */
function* pieces(count: number) {
  for (let n = 0; n < count; n += 1000) {
    const links = Array.from(
      { length: 1000 },
      (_, i) => `fs://remote-storage-private/${n + i}.jpg\n`,
    );
    yield Buffer.from(links.join(""));
  }
}

/** Sends links, reads what comes back as it comes. */
async function resolve(count: number): Promise<{ readonly bytes: number; readonly end: string }> {
  const answer = await fetch(`${started().url}/links/resolve`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/plain" },
    body: ReadableStream.from(pieces(count)),
    duplex: "half",
  });
  expect(answer.status).toBe(200);
  let bytes = 0;
  let end = "";
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    end = (end + Buffer.from(chunk).toString()).slice(-200);
  }
  return { bytes, end };
}

test(
  "100,000 links pass through in flat memory, and so do many more",
  { timeout: 120_000 },
  async () => {
    expect((await resolve(100_000)).end).toContain('"resolved":100000');
    await resolve(400_000);
    const { most: before } = memoryOf(started().pid);
    const { bytes, end } = await resolve(500_000);
    expect(end).toContain('"resolved":500000');
    expect(bytes).toBeGreaterThan(150 * MEBI);
    const { most } = memoryOf(started().pid);
    // Kept, the answer alone would be more.
    expect(most - before).toBeLessThan(100 * MEBI);
    expect(most).toBeLessThan(400 * MEBI);
  },
);
