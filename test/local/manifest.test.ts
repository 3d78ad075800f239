import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPlace, type Place } from "./command.ts";

async function store({ folder }: Place, names: readonly string[]): Promise<void> {
  const bucket = join(folder, "data", "storage", "remote-storage-private");
  for (const name of names) {
    await mkdir(dirname(join(bucket, name)), { recursive: true });
    await writeFile(join(bucket, name), name);
  }
}

const NAMES = ['cars/a, "b".jpg', "cars/é+%41 ?.jpg", "cars/x/y.jpg", "other.jpg"];

describe("a manifest", () => {
  test("has a line for each object below the place, its key without the prefix", async () => {
    const place = await openPlace();
    await store(place, NAMES);
    const { code, stdout, stderr } = await place.run(["manifest", "private/cars/"]);
    const items = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const version = {
      etag: expect.stringMatching(/^"[^"]+"$/) as string,
      modified: expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    };
    expect(items).toEqual([
      { key: 'a, "b".jpg', size: 15, ...version },
      { key: "x/y.jpg", size: 12, ...version },
      { key: "é+%41 ?.jpg", size: 17, ...version },
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "3 objects, 44 bytes\n" });
  });

  test("for S3 Batch Operations has bucket and percent-encoded key", async () => {
    const place = await openPlace();
    await store(place, NAMES);
    const out = join(place.folder, "cars.csv");
    const link = "fs://remote-storage-private/cars/";
    await place.run(["manifest", link, "--format", "s3-batch", "--out", out]);
    expect(await readFile(out, "utf8")).toBe(
      [
        "remote-storage-private,cars/a%2C%20%22b%22.jpg",
        "remote-storage-private,cars/x/y.jpg",
        "remote-storage-private,cars/%C3%A9%2B%2541%20%3F.jpg",
        "",
      ].join("\n"),
    );
  });

  test("for azcopy has names as they are, and none that would break its lines", async () => {
    const place = await openPlace();
    await store(place, NAMES);
    const { stdout } = await place.run(["manifest", "private/cars/", "--format", "azcopy"]);
    expect(stdout).toBe('a, "b".jpg\nx/y.jpg\né+%41 ?.jpg\n');
    await store(place, ["cars/a\nb"]);
    const out = join(place.folder, "cars.txt");
    const broken = await place.run(["manifest", "private/cars/", "-f", "azcopy", "-o", out]);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain(String.raw`"cars/a\nb" cannot stand in a file for azcopy`);
    await expect(readFile(out)).rejects.toThrow("ENOENT");
  });

  test.each([
    ["private/cars", "end it in / to mean what lies below it"],
    ["nowhere/", 'no bucket "nowhere"'],
    ["s3://nowhere/", "nowhere"],
  ])("of %s is none", async (place, why) => {
    const { code, stdout, stderr } = await (await openPlace()).run(["manifest", place]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(why);
  });
});
