import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openPlace } from "./command.ts";

const rows = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function openStore() {
  const place = await openPlace();
  const bucket = join(place.folder, "data/storage/remote-storage-private");
  await mkdir(bucket, { recursive: true });
  return { ...place, store: (key: string, text: string) => writeFile(join(bucket, key), text) };
}

const own = "fs://remote-storage-private/";

test("--check says what is there and what is not, and tries the failures again", async () => {
  const { run, store } = await openStore();
  await store("a.txt", "12345");
  const input = `${own}a.txt\n${own}b.txt\n`;
  const first = await run(["resolve", "-", "--check", "--out", "report.ndjson"], { input });
  expect(first).toMatchObject({
    code: 1,
    stderr: "error: 1 of 2 links failed: 1 not_found\n",
  });
  await store("b.txt", "now");
  const again = await run(["resolve", "report.ndjson", "--check", "--only-failed"]);
  expect(again.code).toBe(0);
  expect(rows(again.stdout)).toMatchObject([
    { line: 2, link: `${own}b.txt`, size: 3, type: "text/plain" },
    { summary: { resolved: 1, failed: 0 } },
  ]);
});

test("--check asks public hosts, but none inside unless it is allowed", async () => {
  const { run } = await openPlace();
  let asked = 0;
  const web = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { "content-length": 7 }).end();
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void web.close());
  const input = `http://127.0.0.1:${(web.address() as AddressInfo).port}/x\n`;
  const refused = await run(["resolve", "-", "--check"], { input });
  expect(rows(refused.stdout)[0]).toMatchObject({ error: { code: "blocked_address" } });
  expect(asked).toBe(0);
  const env = { LINK_FETCH_ALLOW: "127.0.0.1" };
  const allowed = await run(["resolve", "-", "--check"], { input, env });
  expect(rows(allowed.stdout)[0]).toMatchObject({ size: 7 });
});

test("a link file is read where a link says", async () => {
  const { run, store } = await openStore();
  await store("list.txt", `https://x.test/1\n${own}a.txt\n`);
  const { code, stdout } = await run(["resolve", `${own}list.txt`, "--quiet"]);
  expect(code).toBe(0);
  expect(rows(stdout)).toMatchObject([{ line: 1 }, { line: 2 }, { summary: { resolved: 2 } }]);
});

test.each([
  [`${own}none.txt`, 3, /no such object/],
  ["s3://nowhere/list.txt", 2, /unknown|lists the bucket/],
  [
    "https://x.test/list.txt",
    2,
    /curl -sS https:\/\/x\.test\/list\.txt \| remote-storage resolve -/,
  ],
])("%s as the file is exit code %i", async (link, code, message) => {
  const { run } = await openPlace();
  const answer = await run(["resolve", link, "--out", "out.ndjson"]);
  expect(answer.code).toBe(code);
  expect(answer.stderr).toMatch(message);
});
