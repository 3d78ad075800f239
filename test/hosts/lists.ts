import { expect, test } from "vitest";
import { parse, type Client, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

interface Page {
  readonly objects: readonly { key: string; size: number; etag: string; modified: string }[];
  readonly prefixes: readonly string[];
  readonly cursor?: string;
}

async function list(client: Client, query: string): Promise<Page> {
  return parse<Page>(await client.send("GET", `/objects/public?${query}`));
}

export const testLists: Topic = (stage) => {
  test("objects come in UTF-8 byte order with size, etag and time", async () => {
    const { client } = stage();
    // UTF-16 order would put the emoji before U+FF5E.
    const names = ["A", "a/b", "a0", "～", "😀"].map((name) => `lists/order/${name}`);
    for (const name of names.toReversed()) {
      await client.put(`public/${encodeURIComponent(name)}`, name);
    }
    const page = await list(client, "prefix=lists/order/");
    expect(page.objects.map(({ key }) => key)).toEqual(names);
    expect(page.cursor).toBeUndefined();
    for (const { key, size, etag, modified } of page.objects) {
      expect(size).toBe(Buffer.byteLength(key));
      expect(etag).toMatch(/^".+"$/);
      expect(Math.abs(Date.parse(modified) - Date.now())).toBeLessThan(60_000);
    }
  });

  test("pages follow each other by cursor, prefixes roll up by delimiter", async () => {
    const { client } = stage();
    for (const name of ["1", "2", "d/1", "d/2", "e/1"]) {
      await client.put(`public/lists/pages/${name}`, name);
    }
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await list(
        client,
        `prefix=lists/pages/&delimiter=/&limit=1&cursor=${encodeURIComponent(cursor)}`,
      );
      seen.push(...page.objects.map(({ key }) => key), ...page.prefixes);
      cursor = page.cursor ?? "";
    } while (cursor !== "");
    expect(seen.toSorted()).toEqual(["1", "2", "d/", "e/"].map((name) => `lists/pages/${name}`));
  });

  test("a prefix that matches nothing gives an empty page", async () => {
    expect(await list(stage().client, "prefix=lists/none")).toEqual({ objects: [], prefixes: [] });
  });

  test.each(["limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "cursor=nonsense"])(
    "%s is refused",
    async (query) => {
      const answer = await stage().client.send("GET", `/objects/public?${query}`);
      expect(answer.status).toBe(400);
      expect(parse<Problem>(answer).code).toBe("invalid_request");
    },
  );

  test("HEAD of a list has no body", async () => {
    const answer = await stage().client.send("HEAD", "/objects/public");
    expect(answer.status).toBe(200);
    expect(answer.body.byteLength).toBe(0);
  });
};
