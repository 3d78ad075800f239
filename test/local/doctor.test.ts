import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";

/** Nobody listens on port 1. */
const LINKS = `
cars:
  provider: s3
  endpoint: http://127.0.0.1:1
  access_key: key
  secret_key: canary-secret
  region: us-east-1
  buckets: [cars]
`;

test("without a server there is nothing to find wrong with the local disk", async () => {
  const { run } = await openPlace();
  const { code, stdout, stderr } = await run(["doctor"], { env: { PORT: "1" } });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe(
    "storage  http  http://127.0.0.1:1\n" +
      "  · address      the local server is not running at http://127.0.0.1:1: start it to have the rest tried\n",
  );
});

test("what is broken is told with what to do, no secret, and exit code 1", async () => {
  const { run, folder } = await openPlace();
  await writeFile(join(folder, "remote_links.yml"), LINKS);
  const { code, stdout, stderr } = await run(["doctor", "cars"]);
  expect(code).toBe(1);
  expect(stderr).toBe("error: 1 thing is broken at cars\n");
  expect(stdout).toBe(
    "cars  minio  http://127.0.0.1:1\n" +
      "  ✗ address      127.0.0.1:1: nobody listens there (ECONNREFUSED)\n" +
      "                 Nothing can be read, written or listed.\n" +
      "                 → Start the store, or correct the endpoint's port.\n",
  );
});

test("for machines it is one JSON document", async () => {
  const { run, folder } = await openPlace();
  await writeFile(join(folder, "remote_links.yml"), LINKS);
  const { stdout } = await run(["doctor", "cars", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    providers: [
      {
        name: "cars",
        kind: "minio",
        findings: [{ check: "address", state: "fault" }],
        policies: [],
      },
    ],
  });
});

test.each([
  [["doctor", "nobody"], {}, 'no provider "nobody": there are storage'],
  [["doctor", "--fix-cors"], {}, "CORS_ORIGINS is empty"],
  [
    ["doctor"],
    { STORAGE_PROVIDER: "minio", STORAGE_ENDPOINT: "https://s3.console.aws.amazon.com/s3/buckets" },
    "not the address of its web console",
  ],
])("%j is exit code 2", async (args, env, message) => {
  const { run } = await openPlace();
  const { code, stderr } = await run(args, { env });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("on a running local server everything is tried, CORS included", async () => {
  const { start, run } = await openPlace();
  const env = { LOG_LEVEL: "silent", CORS_ORIGINS: "https://app.example.com" };
  const server = start(["serve"], { ...env, PORT: "0" });
  const port = await new Promise<string>((resolve) => {
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const { code, stdout } = await run(["doctor"], { env: { ...env, PORT: port } });
  server.kill();
  expect(stdout).toContain(
    "✓ remote-storage-public, remote-storage-private  signed host, list, read, write, uploads, remove, cors\n",
  );
  expect(code).toBe(0);
});
