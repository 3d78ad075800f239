import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace, type Place } from "./command.ts";
import { writeRemoteLinks } from "./remote-links.ts";

async function store({ folder }: Place, names: readonly string[]): Promise<void> {
  const bucket = join(folder, "data", "storage", "remote-storage-private");
  await mkdir(join(bucket, "cats"), { recursive: true });
  for (const name of names) await writeFile(join(bucket, name), name);
}

test("ls shows the buckets, and objects with size and time; a delimiter makes folders", async () => {
  const place = await openPlace();
  await store(place, ["a.txt", "cats/1.jpg", "cats/2.jpg"]);
  expect((await place.run(["ls"])).stdout).toBe("public\nprivate\n");
  const all = await place.run(["ls", "private"]);
  expect(all.stdout.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")).toBe(
    [" 5  TIME  a.txt", "10  TIME  cats/1.jpg", "10  TIME  cats/2.jpg", ""]
      .map((line) => (line === "" ? "" : `            ${line}`))
      .join("\n"),
  );
  const folders = await place.run(["ls", "private/", "--delimiter", "/", "--json"]);
  const rows = folders.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(rows).toMatchObject([{ prefix: "cats/" }, { key: "a.txt", size: 5 }]);
  const limited = await place.run(["ls", "private/cats/", "--limit", "1", "--json"]);
  expect(limited.stdout.split("\n")).toHaveLength(2);
});

test("sign prints the URL alone, or the whole request as JSON", async () => {
  const { folder, run } = await openPlace();
  await writeRemoteLinks(folder, ["one"]);
  const plain = await run(["sign", "s3://one/a b.jpg", "--expires", "1h"]);
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(
    /^https:\/\/one\.s3\.eu-central-1\.amazonaws\.com\/a%20b\.jpg\?\S+\n$/,
  );
  expect(plain.stderr).toMatch(/^expires 20\S+Z\n$/);
  const json = await run(["sign", "private/cats/1.jpg", "--method", "PUT", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ method: "PUT", headers: {} });
  expect(json.stderr).toBe("");
});

test("a link that cannot be signed is exit code 1 and says what to do", async () => {
  const { run } = await openPlace();
  const { code, stdout, stderr } = await run(["sign", "s3://nowhere/a"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: cannot sign s3:\/\/nowhere\/a: .+\n$/);
});
