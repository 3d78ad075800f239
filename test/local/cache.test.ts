import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";

const TOKEN = "cache-test-0123456789";

test("cache stats and cache purge work beside a running server, which notices", async () => {
  const { folder, run, start } = await openPlace();
  const bucket = join(folder, "data", "storage", "remote-storage-private", "cats");
  await mkdir(bucket, { recursive: true });
  for (const name of ["a", "b", "c"]) await writeFile(join(bucket, name), name);
  const server = start(["serve"], { API_TOKENS: TOKEN, PORT: "0", LOG_LEVEL: "silent" });
  const [welcome] = (await once(server.stdout, "data")) as [Buffer];
  const url = /http:\S+/.exec(welcome.toString())?.[0] ?? "";
  const headers = { authorization: `Bearer ${TOKEN}` };
  const read = async (name: string) => {
    const response = await fetch(`${url}/content/private/cats/${name}`, { headers });
    expect(await response.text()).toBe(name);
  };
  const entries = async () => {
    const response = await fetch(`${url}/caches`, { headers });
    return ((await response.json()) as { storage: { entries: number } }).storage.entries;
  };
  try {
    for (const name of ["a", "b", "c"]) await read(name);
    const stats = await run(["cache", "stats", "--json"]);
    expect(JSON.parse(stats.stdout)).toMatchObject({
      storage: { entries: 3, limit: 10 * 1024 ** 3 },
      previews: { entries: 0 },
    });
    const one = await run(["cache", "purge", "private/cats/a", "--cache", "storage", "--json"]);
    expect(JSON.parse(one.stdout)).toMatchObject({ entries: 1 });
    // A look a second, at use.
    await expect
      .poll(
        async () => {
          await read("b");
          return entries();
        },
        { timeout: 5000 },
      )
      .toBe(2);
    await read("a");
    const rest = await run(["cache", "purge", "private/cats/", "--prefix"]);
    expect(rest.stdout).toMatch(/^removed 3 entries, \d+ bytes\n$/);
    expect((await run(["cache", "stats"])).stdout).toMatch(/^previews +0 entries/);
  } finally {
    server.kill();
    await once(server, "exit");
  }
});

test.each([
  [["cache", "purge"], /missing required argument/],
  [["cache", "purge", "other/a"], /no bucket "other"/],
  [["cache", "purge", "private"], /names no object/],
  [["cache", "purge", "nowhere://b/k"], /nowhere/],
  [["cache", "purge", "all", "--cache", "other"], /no cache other/],
])("%j is refused", async (args, message) => {
  const { run } = await openPlace();
  const { code, stderr, stdout } = await run(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});
