import { once } from "node:events";
import { onTestFinished } from "vitest";
import type { Place } from "../local/command.ts";

/** The real command, serving until the test ends. */
export interface ServedCommand {
  readonly url: string;
  /** The owner's. */
  readonly token: string;
  /** The answer to a request by the owner, which must be JSON. */
  json(path: string, init?: RequestInit): Promise<unknown>;
  /** Ends it without a word of warning: kill -9. */
  kill(): Promise<void>;
}

/** Starts `remote-storage serve` and waits for what it prints. */
export async function serveCommand(
  place: Place,
  env: Readonly<Record<string, string>>,
): Promise<ServedCommand> {
  const child = place.start(["serve"], { ...env, PORT: "0", LOG_LEVEL: "error" });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "close");
  });
  let said = "";
  const { promise: printed, resolve, reject } = Promise.withResolvers<[string, string]>();
  // It goes on printing (its audit), so nobody may stop listening.
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const url = /listens on (\S+)/.exec(said)?.[1];
      const token = /API token: (\S+)/.exec(said)?.[1];
      if (url !== undefined && token !== undefined) resolve([url, token]);
    });
  }
  child.once("close", () => reject(new Error(`remote-storage serve ended: ${said}`)));
  const [url, token] = await printed;
  return {
    url,
    token,
    async json(path, init = {}) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(url + path, { ...init, headers });
      if (!response.ok) throw new Error(`${path}: ${await response.text()} ${said}`);
      return response.json();
    },
    async kill() {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}
