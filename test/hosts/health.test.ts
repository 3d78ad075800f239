import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve } from "../../functions/local/serve.ts";

test("with the storage gone the process is healthy at once, and says what is degraded soon after", async () => {
  const folder = await mkdtemp(join(tmpdir(), "health-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const quiet = { write: () => undefined };
  const env = {
    DATA_PATH: folder,
    PORT: "0",
    LOG_LEVEL: "silent",
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: "http://127.0.0.1:1",
    STORAGE_REGION: "us-east-1",
    STORAGE_ACCESS_KEY: "key",
    STORAGE_SECRET_KEY: "secret",
  };
  const server = await serve(env, { stdout: quiet, stderr: quiet });
  onTestFinished(() => server.close());
  const ask = async () => {
    const response = await fetch(`${server.url}/health`);
    expect(response.status).toBe(200);
    return response.json();
  };
  expect(await ask()).toEqual({ status: "ok", degraded: [] });
  await vi.waitFor(
    async () => {
      expect(await ask()).toEqual({
        status: "degraded",
        degraded: ["storage: it cannot be reached, or fails"],
      });
    },
    { timeout: 10_000 },
  );
});
