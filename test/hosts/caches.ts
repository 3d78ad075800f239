import { expect, test } from "vitest";
import { parse } from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

interface Stats {
  readonly entries: number;
  readonly size: number;
  readonly limit: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly remoteReads: number;
  readonly bytesSaved: number;
}

type All = Readonly<Record<"previews" | "storage" | "image-converter", Stats>>;

export const testCaches: Topic = (stage) => {
  async function stats(): Promise<All> {
    return parse<All>(await stage().client.send("GET", "/caches"));
  }

  async function purge(name: string, body: unknown) {
    return stage().client.json("POST", `/caches/${name}/purge`, body);
  }

  test("tell their limits, and count what a read costs and saves", async () => {
    const { client } = stage();
    await client.put("private/caches/a.txt", "0123456789");
    const before = await stats();
    expect(before.previews.limit).toBe(1024 ** 3);
    expect(before.storage.limit).toBe(10 * 1024 ** 3);
    await client.send("GET", "/content/private/caches/a.txt");
    await client.send("GET", "/content/private/caches/a.txt");
    const { storage } = await stats();
    expect(storage.misses - before.storage.misses).toBe(1);
    expect(storage.hits - before.storage.hits).toBe(1);
    expect(storage.remoteReads - before.storage.remoteReads).toBe(1);
    expect(storage.bytesSaved - before.storage.bytesSaved).toBe(10);
    expect(storage.size).toBeGreaterThan(0);
  });

  test("are purged by object, by prefix, by link and as a whole, and read again then", async () => {
    const { client } = stage();
    const bucket = "private";
    for (const name of ["p/1", "p/2", "p3", "p4"]) {
      await client.put(`private/${name}`, name);
      await client.send("GET", `/content/private/${name}`);
    }
    const removed = async (body: unknown) => parse(await purge("storage", body));
    expect(await removed({ bucket, key: "p3" })).toMatchObject({ entries: 1 });
    expect(await removed({ bucket, key: "p3" })).toEqual({ entries: 0, bytes: 0 });
    expect(await removed({ bucket, prefix: "p/" })).toMatchObject({ entries: 2 });
    expect(await removed({ link: "fs://remote-storage-private/p4" })).toMatchObject({ entries: 1 });
    const answer = await client.send("GET", "/content/private/p3");
    expect(answer.headers.get("cache-status")).toBe("storage; fwd=miss; stored");
    await purge("storage", { all: true });
    expect((await stats()).storage.entries).toBe(0);
  });

  test.each([
    ["nothing", {}],
    ["all and more", { all: true, bucket: "private" }],
    ["an unknown bucket", { bucket: "other", key: "a" }],
    ["an empty prefix", { bucket: "private", prefix: "" }],
    ["key and prefix", { bucket: "private", key: "a", prefix: "a" }],
  ])("a purge of %s is refused", async (_, body) => {
    expect((await purge("storage", body)).status).toBe(400);
  });

  test("an unknown cache is 404, and a caller without cache:admin gets in nowhere", async () => {
    expect((await purge("other", { all: true })).status).toBe(404);
    const { host } = stage();
    const headers = {
      authorization: `Bearer ${TOKENS.reader}`,
      "content-type": "application/json",
    };
    expect((await host.request("GET", "/caches", headers)).status).toBe(403);
    const body = JSON.stringify({ all: true });
    const refused = await host.request("POST", "/caches/storage/purge", headers, body);
    expect(refused.status).toBe(403);
  });
};
