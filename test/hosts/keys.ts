import { hasDotSegment } from "@remote-storage/core/storage/key.ts";
import { encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import { expect, test } from "vitest";
import { parse, STORED, type Problem, type Signed } from "./client.ts";
import type { Topic } from "./suite.ts";

const HOSTILE = [
  "plain.txt",
  "with space",
  "plus+sign",
  "per%cent",
  "%2F",
  "%2e%2e/x",
  "question?mark",
  "hash#tag",
  "amp&eq=1",
  "emoji-😀-é-ß",
  "e\u0301 decomposed",
  "//leading",
  "a//b",
  "trailing/",
  "..",
  "../up",
  "a/../b",
  "a/./b",
  "back\\slash",
  "quote\"'<>",
  "tab\tnew\nline",
  ";semi:colon@at,comma$dollar",
  "delete",
  "key",
  "x".repeat(1024),
];

/** What Azure would store under another name. */
const NOT_ON_AZURE = /\\|\p{Cc}|\.(?:\/|$)/u;

export const testKeys: Topic = (stage) => {
  const named = HOSTILE.map((name) => [JSON.stringify(name).slice(0, 40), name] as const);

  test.each(named)("%s is one object by path and by ?key=", async (_, name) => {
    const { client, host } = stage();
    const byPath = `/objects/private/${encodePath(name)}`;
    const byQuery = `/objects/private?key=${encodeURIComponent(name)}`;
    const begun = await client.send("PUT", `${byPath}?redirect=false`);
    const refused = host.store === "azure" && NOT_ON_AZURE.test(name);
    expect(begun.status).toBe(refused ? 400 : 200);
    if (refused) return;
    const stored = await client.open(parse<Signed>(begun), {}, Buffer.from(name));
    expect(STORED).toContain(stored.status);

    const get = parse<Signed>(await client.send("GET", `${byQuery}&redirect=false`));
    expect((await client.open(get)).body.toString()).toBe(name);
    expect((await client.send("HEAD", byQuery)).status).toBe(200);

    const redirect = await client.send("GET", byPath);
    expect(redirect.status).toBe(hasDotSegment(name) ? 422 : 307);

    expect((await client.send("DELETE", byQuery)).status).toBe(204);
    expect((await client.send("HEAD", byPath)).status).toBe(404);
  });

  test("a key that clients would collapse is not redirected to, and the answer says what to do", async () => {
    const { client, host } = stage();
    const answer = await client.send("GET", "/objects/private/a/../b");
    const azure = host.store === "azure";
    const problem = parse<Problem>(answer);
    expect(problem.status).toBe(azure ? 400 : 422);
    expect(problem.code).toBe(azure ? "invalid_key" : "unredirectable_key");
    expect(problem.detail).toContain(azure ? "Azure" : "redirect=false");
  });

  test("dot segments do not leave the bucket", async () => {
    const { client, host } = stage();
    await client.put("public/keys/there", "x");
    for (const path of ["../public/keys/there", "..%2Fpublic%2Fkeys%2Fthere"]) {
      const { status } = await client.send("HEAD", `/objects/private/${path}`);
      expect(status).toBe(host.store === "azure" ? 400 : 404);
    }
  });

  test.each([
    ["/objects/private/%", "invalid_key"],
    ["/objects/private/%zz", "invalid_key"],
    ["/objects/private/%ff", "invalid_key"],
    ["/objects/private/%ed%a0%80", "invalid_key"],
    ["/objects/private/", "invalid_key"],
    [`/objects/private/${"x".repeat(1025)}`, "invalid_key"],
    [`/objects/private/${encodePath("é".repeat(513))}`, "invalid_key"],
    ["/objects/private?key=", "invalid_key"],
    ["/objects/private?key=a&key=b", "invalid_request"],
  ])("a broken key is refused (%#)", async (target, code) => {
    const answer = await stage().client.send("GET", target);
    expect(answer.status).toBe(400);
    expect(parse<Problem>(answer).code).toBe(code);
  });

  test("decoded once: %2520 is the key %20", async () => {
    const { client } = stage();
    await client.put("private/keys/%2520", "twice");
    const page = await client.send("GET", "/objects/private?prefix=keys/%25");
    expect(page.body.toString()).toContain('"keys/%20"');
  });
};
