import { expect, test } from "vitest";
import { createClient, ndjson, parse, type Problem, type Signed } from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

export const testAccess: Topic = (stage, routes) => {
  const guarded = routes
    .filter(({ open }) => !open)
    .map(({ method, path }) => ({
      method,
      target: path.replace("{bucket}", "private").replace("{key}", "x").replace("{id}", "x"),
    }));

  test.each(guarded)(
    "$method $target is 401 without a token or with a strange one",
    async (each) => {
      const { host } = stage();
      const none = await host.request(each.method, each.target);
      expect(none.status).toBe(401);
      expect(none.headers.get("www-authenticate")).toMatch(/^Bearer /);
      for (const authorization of [
        "Bearer wrong-0123456789abc",
        "Basic YWxsOg==",
        TOKENS.all,
        "Bearer ",
      ]) {
        const answer = await host.request(each.method, each.target, { authorization });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
      }
    },
  );

  test("a token in the query is no token", async () => {
    const answer = await stage().host.request("GET", `/objects/private?token=${TOKENS.all}`);
    expect(answer.status).toBe(401);
  });

  test("a reader reads, and does no more", async () => {
    const reader = createClient(stage().host, TOKENS.reader);
    expect((await reader.send("GET", "/objects/private/x")).status).toBe(307);
    expect((await reader.send("GET", "/objects/private")).status).toBe(200);
    for (const [method, target] of [
      ["PUT", "/objects/private/x"],
      ["DELETE", "/objects/private/x"],
      ["POST", "/objects/private/delete"],
      ["POST", "/objects/private/copy"],
      ["POST", "/uploads"],
      ["GET", "/links/providers"],
      ["POST", "/links/resolve"],
    ] as const) {
      const answer = await reader.send(method, target);
      expect([target, answer.status]).toEqual([target, 403]);
      expect(parse<Problem>(answer).code).toBe("forbidden");
    }
  });

  test("signing many is judged item by item", async () => {
    const reader = createClient(stage().host, TOKENS.reader);
    const own = { bucket: "private", key: "x" };
    const items = [
      { method: "GET", ...own },
      { method: "PUT", ...own },
      { method: "DELETE", ...own },
      { method: "GET", link: "https://example.com/x" },
      { method: "HEAD", ...own },
    ];
    const answer = await reader.json("POST", "/sign", { items });
    const { results } = parse<{ results: Signed[] }>(answer);
    expect(results.map(({ error }) => error?.code)).toEqual([
      undefined,
      "forbidden",
      "forbidden",
      "forbidden",
      undefined,
    ]);
  });

  test("links:read opens links, and is no way around objects:read", async () => {
    const linker = createClient(stage().host, TOKENS.linker);
    const file = "s3://cars_2020_20_10/x\nhttps://example.com/x\nfs://remote-storage-private/x\n";
    const headers = { "content-type": "text/plain" };
    const answer = await linker.send("POST", "/links/resolve", headers, file);
    const codes = ndjson<{ error?: { code: string } }>(answer).map(({ error }) => error?.code);
    expect(codes).toEqual([undefined, undefined, "forbidden", undefined]);
    const link = encodeURIComponent("fs://remote-storage-private/x");
    expect((await linker.send("GET", `/links/resolve?link=${link}`)).status).toBe(403);
    expect((await linker.send("POST", `/links/resolve?file=${link}`)).status).toBe(403);
  });
};
