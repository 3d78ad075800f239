import { expect, test } from "vitest";
import {
  type Client,
  createClient,
  lifeOf,
  ndjson,
  parse,
  type Problem,
  type Signed,
  toTarget,
} from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

interface Item extends Signed {
  readonly id: string;
  readonly line: number;
  readonly link: string;
  readonly provider?: string;
}

interface Items {
  readonly items: readonly Item[];
  readonly total: number;
}

interface Stored {
  readonly name: string;
  readonly summary: Record<string, unknown>;
  readonly errors: readonly { line: number; link: string; error: { code: string } }[];
}

const text = { "content-type": "text/plain" };

const FILE = `# cars
cars://cars_2020_20_10/a b.jpg
https://example.com/ü.jpg

bad line
cars://cars_2020_20_10/a b.jpg
fs://remote-storage-private/sets/one.txt
`;

/** An item of the set `shared` as a URL of the service's own. */
async function ask(client: Client, id = ""): Promise<Signed | undefined> {
  const wish = { items: [{ item: { set: "shared", id }, expires: "10m" }] };
  return parse<{ results: Signed[] }>(await client.json("POST", "/sign", wish)).results[0];
}

export const testLinkSets: Topic = (stage) => {
  const put = (name: string, file: string) =>
    stage().client.send("PUT", `/links/sets/${name}`, text, file);

  const items = async (name: string, query = "") =>
    parse<Items>(await stage().client.send("GET", `/links/sets/${name}/items${query}`));

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

  test("items are resolved in the file's order, by their place in it", async () => {
    await put("order", FILE);
    const all = await items("order");
    expect(all.total).toBe(5);
    expect(all.items.map(({ line, provider, error }) => [line, provider ?? error?.code])).toEqual([
      [2, "cars"],
      [3, "https"],
      [5, "bad_syntax"],
      [6, "cars"],
      [7, "fs"],
    ]);
    expect(all.items[0]?.url).toContain("X-Amz-Signature=");
    expect(all.items[0]?.id).toBe(all.items[3]?.id);
    const page = await items("order", "?offset=2&limit=2");
    expect(page.total).toBe(5);
    expect(page.items.map(({ line }) => line)).toEqual([5, 6]);
    expect((await items("order", "?offset=5")).items).toEqual([]);
  });

  test("an id opens its link, signed anew, and survives a re-ordered file", async () => {
    const { client } = stage();
    await client.put("private/sets/one.txt", "one");
    await put("stable", FILE);
    const { items: before } = await items("stable");
    const id = before.at(-1)?.id ?? "";
    const reordered = `fs://remote-storage-private/sets/one.txt\n${"# more\n".repeat(3)}https://x.test/\n`;
    await put("stable", reordered);
    const answer = await client.send("GET", `/links/sets/stable/items/${id}`);
    expect(answer.status).toBe(307);
    expect(answer.headers.get("cache-control")).toBe("private, max-age=300");
    const json = await client.send("GET", `/links/sets/stable/items/${id}?redirect=false`);
    expect((await client.open(parse<Signed>(json))).body.toString()).toBe("one");
    const head = await client.send("HEAD", `/links/sets/stable/items/${id}?redirect=false`);
    expect(head.status).toBe(200);
    const gone = await client.send("GET", `/links/sets/stable/items/${before[0]?.id}`);
    expect(gone.status).toBe(404);
    expect(parse<Problem>(gone).code).toBe("not_found");
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

  test("items can be checked", async () => {
    const { client } = stage();
    await client.put("private/sets/there", "1234");
    const own = "fs://remote-storage-private/sets/";
    await put("checked", `${own}there\n${own}none\n`);
    const { items: found } = await items("checked", "?check=true");
    expect(found).toMatchObject([{ size: 4 }, { error: { code: "not_found" } }]);
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

  test("an empty set has no items", async () => {
    expect((await put("empty", "")).status).toBe(201);
    expect(await items("empty")).toEqual({ items: [], total: 0 });
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

  test.each(["offset=-1", "limit=0", "limit=1001", "limit=x", "expires=8d"])(
    "items?%s is refused",
    async (query) => {
      await put("limits", "");
      const answer = await stage().client.send("GET", `/links/sets/limits/items?${query}`);
      expect(answer.status).toBe(400);
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

  test("an item's own URL opens it without a token, until it ends", async () => {
    const { client, host } = stage();
    await client.put("private/sets/shared", "shared");
    await put("shared", `fs://remote-storage-private/sets/shared\n${FILE}`);
    const [first, , web, bad] = (await items("shared")).items;
    const open = await ask(client, web?.id);
    const elsewhere = await host.request("GET", toTarget(host, open?.url ?? ""));
    expect(elsewhere.headers.get("location")).toBe("https://example.com/%C3%BC.jpg");
    const signed = await ask(client, first?.id);
    const target = toTarget(host, signed?.url ?? "");
    expect(target).toMatch(/^\/links\/sets\/shared\/items\/[\w-]{22}\?exp=\d+&sig=/);
    const answer = await host.request("GET", target);
    expect(answer.status).toBe(307);
    const location = answer.headers.get("location") ?? "";
    const bytes = await client.open({ method: "GET", url: location, headers: {} });
    expect(bytes.body.toString()).toBe("shared");
    expect(lifeOf(location)).toBeLessThanOrEqual(1200);
    const changed = target.replace("exp=", "exp=1");
    expect((await host.request("GET", changed)).status).toBe(403);
    expect((await host.request("GET", target.replace("/shared/", "/stable/"))).status).toBe(403);
    expect((await ask(client, bad?.id))?.error?.code).toBe("bad_syntax");
    expect((await ask(client, "AAAAAAAAAAAAAAAAAAAAAA"))?.error?.code).toBe("not_found");
    const linker = createClient(host, TOKENS.linker);
    expect((await ask(linker, first?.id))?.error?.code).toBe("forbidden");
  });

  test("20,000 links: the last one is found as the first", async () => {
    const { client } = stage();
    const links = Array.from({ length: 20_000 }, (_, n) => `https://example.com/pictures/${n}.jpg`);
    await put("many", links.join("\r\n"));
    const last = await items("many", "?offset=19998");
    expect(last.items.map(({ line, link }) => [line, link])).toEqual([
      [19_999, links[19_998]],
      [20_000, links[19_999]],
    ]);
    const answer = await client.send("GET", `/links/sets/many/items/${last.items[1]?.id}`);
    expect(answer.headers.get("location")).toBe(links[19_999]);
  });
};
