import { expect, test } from "vitest";
import { createClient, ndjson, parse, type Problem } from "./client.ts";
import { TOKENS } from "./host.ts";
import { FILE, type Items, itemsOf, putSet, text } from "./link-set.ts";
import type { Topic } from "./suite.ts";

interface Stored {
  readonly name: string;
  readonly summary: Record<string, unknown>;
  readonly errors: readonly { line: number; link: string; error: { code: string } }[];
}

/** Link files under a name: stored, listed, resolved whole, removed. */
export const testLinkSets: Topic = (stage) => {
  const put = (name: string, file: string) => putSet(stage, name, file);
  const items = (name: string, query?: string) => itemsOf(stage, name, query);

  test("a link file is stored as it is, and what is wrong with it told", async () => {
    const { client } = stage();
    const answer = await put("cars", FILE);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe("/links/sets/cars");
    expect(parse<Stored>(answer)).toEqual({
      name: "cars",
      summary: { lines: 7, resolved: 4, failed: 1, byCode: { bad_syntax: 1 } },
      errors: [
        { line: 5, link: "bad line", error: expect.objectContaining({ code: "bad_syntax" }) },
      ],
    });
    const file = await client.send("GET", "/links/sets/cars");
    expect(file.body.toString()).toBe(FILE);
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const head = await client.send("HEAD", "/objects/private/links/cars.txt");
    expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(FILE)));
    const list = parse<{ sets: { name: string; size: number }[] }>(
      await client.send("GET", "/links/sets"),
    );
    expect(list.sets).toContainEqual(
      expect.objectContaining({ name: "cars", size: Buffer.byteLength(FILE) }),
    );
  });

  test("only the first hundred bad lines are told, all are counted", async () => {
    const answer = await put("bad", "nonsense\n".repeat(250));
    const { summary, errors } = parse<Stored>(answer);
    expect(summary).toMatchObject({ failed: 250 });
    expect(errors.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  test("a set that somebody replaced as an object is never answered from memory", async () => {
    const { client } = stage();
    await put("replaced", "https://example.com/1\nhttps://example.com/2\n");
    const [first] = (await items("replaced")).items;
    await client.put("private/links/replaced.txt", "https://example.com/3\n", text);
    expect((await items("replaced")).items.map(({ link }) => link)).toEqual([
      "https://example.com/3",
    ]);
    const old = await client.send("GET", `/links/sets/replaced/items/${first?.id}`);
    expect(old.status).toBe(404);
  });

  test("a set is resolved whole, and just what failed in it", async () => {
    const { client } = stage();
    await put("whole", FILE);
    const answer = await client.send("POST", "/links/resolve?set=whole");
    expect(ndjson(answer)).toHaveLength(6);
    const failed = await client.send("POST", "/links/resolve?set=whole&onlyFailed=true");
    expect(ndjson(failed)).toMatchObject([{ line: 5 }, { summary: { resolved: 4, failed: 1 } }]);
    const two = await client.send("POST", "/links/resolve?set=whole&file=s3://a/b");
    expect(two.status).toBe(400);
  });

  test("a deleted set is gone, and deleting it again succeeds", async () => {
    const { client } = stage();
    await put("gone", FILE);
    expect((await client.send("DELETE", "/links/sets/gone")).status).toBe(204);
    expect((await client.send("DELETE", "/links/sets/gone")).status).toBe(204);
    for (const target of ["", "/items", "/items/AAAAAAAAAAAAAAAAAAAAAA"]) {
      expect((await client.send("GET", `/links/sets/gone${target}`)).status).toBe(404);
    }
    expect((await client.send("POST", "/links/resolve?set=gone")).status).toBe(404);
  });

  test("a file that is no text is refused, and the set stays as it was", async () => {
    const { client } = stage();
    await put("kept", "https://example.com/1\n");
    const utf16 = Buffer.from("\ufeffhttps://example.com/2\n", "utf16le");
    const answer = await client.send("PUT", "/links/sets/kept", text, utf16);
    expect(answer.status).toBe(400);
    expect(parse<Problem>(answer).code).toBe("bad_encoding");
    const json = { "content-type": "application/json" };
    expect((await client.send("PUT", "/links/sets/kept", json, "[]")).status).toBe(415);
    const file = await client.send("GET", "/links/sets/kept");
    expect(file.body.toString()).toBe("https://example.com/1\n");
  });

  test.each(["a%2Fb", "%2e%2e", ".hidden", "a%20b", "x".repeat(101), "%C3%BC"])(
    "%s is no name of a set",
    async (name) => {
      const { client } = stage();
      const answer = await put(name, "");
      expect(answer.status).toBe(400);
      expect((await client.send("GET", `/links/sets/${name}`)).status).toBe(404);
    },
  );

  test("reading takes links:read, writing links:write, and each link its own right", async () => {
    await put("rights", FILE);
    const linker = createClient(stage().host, TOKENS.linker);
    const reader = createClient(stage().host, TOKENS.reader);
    const found = parse<Items>(await linker.send("GET", "/links/sets/rights/items"));
    expect(found.items.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      "bad_syntax",
      undefined,
      "forbidden",
    ]);
    const own = found.items.at(-1)?.id;
    expect((await linker.send("GET", `/links/sets/rights/items/${own}`)).status).toBe(403);
    expect((await linker.send("PUT", "/links/sets/rights", text, FILE)).status).toBe(403);
    expect((await linker.send("DELETE", "/links/sets/rights")).status).toBe(403);
    for (const target of ["", "/rights", "/rights/items", `/rights/items/${own}`]) {
      expect((await reader.send("GET", `/links/sets${target}`)).status).toBe(403);
    }
  });
};
