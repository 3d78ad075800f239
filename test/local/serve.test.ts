import { once } from "node:events";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";

test("serve says where it listens, answers there, and ends with 143 on SIGTERM", async () => {
  const { start } = await openPlace();
  const child = start(["serve"], { PORT: "0", LOG_LEVEL: "silent" });
  const said: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text));
  while (!/http:\/\/127\.0\.0\.1:\d+/.test(said.join(""))) await once(child.stdout, "data");
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said.join("")) ?? [];
  const response = await fetch(`${url}/health`, { headers: { connection: "close" } });
  expect(response.status).toBe(200);
  await response.text();
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(143);
});

test("a port that is taken is exit code 2 and says so", async () => {
  const { start, run } = await openPlace();
  const child = start(["serve"], { PORT: "0", LOG_LEVEL: "silent" });
  const [text] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const [, port = ""] = /127\.0\.0\.1:(\d+)/.exec(text) ?? [];
  const { code, stderr } = await run(["serve"], { env: { PORT: port } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: listen EADDRINUSE.*set another HOST or PORT\n$/);
  child.kill();
  await once(child, "close");
});
