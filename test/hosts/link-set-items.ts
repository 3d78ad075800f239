import { expect, test } from "vitest";
import {
  type Client,
  createClient,
  lifeOf,
  parse,
  type Problem,
  type Signed,
  toTarget,
} from "./client.ts";
import { TOKENS } from "./host.ts";
import { FILE, itemsOf, putSet } from "./link-set.ts";
import type { Topic } from "./suite.ts";

/** An item of the set `shared` as a URL of the service's own. */
async function ask(client: Client, id = ""): Promise<Signed | undefined> {
  const wish = { items: [{ item: { set: "shared", id }, expires: "10m" }] };
  return parse<{ results: Signed[] }>(await client.json("POST", "/sign", wish)).results[0];
}

/** The links of a set one by one: by their place, by an id, and by a URL of the service's own. */
export const testLinkSetItems: Topic = (stage) => {
  const put = (name: string, file: string) => putSet(stage, name, file);
  const items = (name: string, query?: string) => itemsOf(stage, name, query);

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

  test("items can be checked", async () => {
    const { client } = stage();
    await client.put("private/sets/there", "1234");
    const own = "fs://remote-storage-private/sets/";
    await put("checked", `${own}there\n${own}none\n`);
    const { items: found } = await items("checked", "?check=true");
    expect(found).toMatchObject([{ size: 4 }, { error: { code: "not_found" } }]);
  });

  test("an empty set has no items", async () => {
    expect((await put("empty", "")).status).toBe(201);
    expect(await items("empty")).toEqual({ items: [], total: 0 });
  });

  test.each(["offset=-1", "limit=0", "limit=1001", "limit=x", "expires=8d"])(
    "items?%s is refused",
    async (query) => {
      await put("limits", "");
      const answer = await stage().client.send("GET", `/links/sets/limits/items?${query}`);
      expect(answer.status).toBe(400);
    },
  );

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
