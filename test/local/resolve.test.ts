import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";
import { writeRemoteLinks } from "./remote-links.ts";

const rows = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("rows go to stdout in the file's order, talk to stderr, and a bad link is exit code 1", async () => {
  const { folder, run } = await openPlace();
  await writeRemoteLinks(folder, ["one"]);
  await writeFile(
    join(folder, "links.txt"),
    "# mine\ns3://one/a b.jpg\n\nnonsense\r\nhttps://x.test/y\n",
  );
  const { code, stdout, stderr } = await run(["resolve", "links.txt", "--expires", "2h"]);
  expect(code).toBe(1);
  expect(stderr).toBe("error: 1 of 3 links failed: 1 bad_syntax\n");
  const [first, second, third, summary] = rows(stdout);
  expect(first).toMatchObject({ line: 2, link: "s3://one/a b.jpg", provider: "cars", headers: {} });
  expect(first?.["url"]).toMatch(
    /^https:\/\/one\.s3\.eu-central-1\.amazonaws\.com\/a%20b\.jpg\?.*X-Amz-Expires=7200&/,
  );
  expect(second).toMatchObject({ line: 4, error: { code: "bad_syntax" } });
  expect(third).toMatchObject({ line: 5, url: "https://x.test/y" });
  expect(summary).toEqual({
    summary: { lines: 5, resolved: 2, failed: 1, byCode: { bad_syntax: 1 } },
  });
});

test("what failed in a report is resolved again, with its own lines", async () => {
  const { folder, run } = await openPlace();
  await writeRemoteLinks(folder, ["one"]);
  const input = "s3://one/1\ns3://two/2\ns3://one/3\ns3://two/4\n";
  const first = await run(["resolve", "-", "--out", "report.ndjson"], { input });
  expect(first.code).toBe(1);
  await writeRemoteLinks(folder, ["one", "two"]);
  const second = await run(["resolve", "report.ndjson", "--only-failed", "--quiet"]);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(rows(second.stdout)).toMatchObject([
    { line: 2, link: "s3://two/2", provider: "cars" },
    { line: 4, link: "s3://two/4", provider: "cars" },
    { summary: { resolved: 2, failed: 0 } },
  ]);
});

test("--only-failed of something else names the line that is no row", async () => {
  const { run } = await openPlace();
  const input = '{"line":1,"link":"a","error":{"code":"bad_syntax"}}\ns3://one/1\n';
  const { code, stderr } = await run(["resolve", "-", "--only-failed", "--quiet"], { input });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: line 2 is no row of a report/);
});

test("a large file is shared between threads, and comes out the same", async () => {
  const { folder, run } = await openPlace();
  await writeRemoteLinks(folder, ["one"]);
  const links = Array.from({ length: 40_000 }, (_, index) =>
    index % 1000 === 999 ? `s3://other/${index}` : `s3://one/images/train/${index}.jpg`,
  );
  await writeFile(join(folder, "links.txt"), links.join("\n"));
  const { code } = await run(["resolve", "links.txt", "--out", "out.ndjson", "--quiet"]);
  expect(code).toBe(1);
  const all = rows(await readFile(join(folder, "out.ndjson"), "utf8"));
  expect(all.pop()).toMatchObject({
    summary: { lines: 40_000, resolved: 39_960, failed: 40, byCode: { unknown_bucket: 40 } },
  });
  expect(all.map(({ link }) => link)).toEqual(links);
  expect(all.map(({ line }) => line)).toEqual(links.map((_, index) => index + 1));
});

test("csv has a header once; urls are URLs alone", async () => {
  const { folder, run } = await openPlace();
  await writeRemoteLinks(folder, ["one"]);
  const input = "https://x.test/1\nbad\nhttps://x.test/2\n";
  const urls = await run(["resolve", "-", "--format", "urls"], { input });
  expect(urls.stdout).toBe("https://x.test/1\nhttps://x.test/2\n");
  const csv = await run(["resolve", "-", "--format", "csv"], { input });
  expect(csv.stdout.split("\r\n").map((line) => line.split(",")[0])).toEqual([
    "line",
    "1",
    "2",
    "3",
    "",
  ]);
});

test("a missing file is 3, a destination that cannot be written is 4, and neither leaves anything", async () => {
  const { folder, run } = await openPlace();
  const missing = await run(["resolve", "none.txt", "--out", "out.ndjson"]);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toMatch(/^error: cannot read none\.txt: ENOENT/);
  const denied = await run(["resolve", "-", "--out", "none/out.ndjson"], {
    input: "https://x.test/\n",
  });
  expect(denied.code).toBe(4);
  expect(denied.stderr).toMatch(/^error: cannot write none\/out\.ndjson: ENOENT/);
  expect(await readdir(folder)).toEqual(["data"]);
});
