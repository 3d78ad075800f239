import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findBinary } from "../binary.ts";

export interface FakeGcsServer {
  readonly origin: string;
  createBucket(name: string): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts fake-gcs-server with its objects in memory. */
export async function startFakeGcsServer(): Promise<FakeGcsServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const flags = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)];
  flags.push("-backend", "memory", "-external-url", origin, "-log-level", "error");
  const child = spawn(findBinary("fake-gcs-server"), flags, {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);

  const isUp = () =>
    fetch(`${origin}/_internal/healthcheck`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`fake-gcs-server did not start: ${complaints}`);
    await new Promise((done) => setTimeout(done, 20));
  }

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
    async close() {
      process.off("exit", killWithUs);
      child.kill("SIGKILL");
      await exited;
    },
  };
}
