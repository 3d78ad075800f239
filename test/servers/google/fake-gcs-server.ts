import { findBinary } from "../binary.ts";
import { answers, freePort, start } from "../process.ts";

export interface FakeGcsServer {
  readonly origin: string;
  createBucket(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts fake-gcs-server with its objects in memory. */
export async function startFakeGcsServer(): Promise<FakeGcsServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const flags = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)];
  flags.push("-backend", "memory", "-external-url", origin, "-log-level", "error");
  const running = start(findBinary("fake-gcs-server"), flags);
  await answers(`${origin}/_internal/healthcheck`, running);

  return {
    origin,
    async createBucket(name) {
      const body = JSON.stringify({ name });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${origin}/storage/v1/b?project=p`, {
        method: "POST",
        headers,
        body,
      });
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    close: () => running.stop(),
  };
}
