import { hasDotSegment } from "@remote-storage/core/storage/key.ts";
import { encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import { expect, test } from "vitest";
import { parse, type Problem, type Signed } from "./client.ts";
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

export const testKeys: Topic = (stage) => {
  const named = HOSTILE.map((name) => [JSON.stringify(name).slice(0, 40), name] as const);

  test.each(named)("%s is one object by path and by ?key=", async (_, name) => {
    const { client } = stage();
    const byPath = `/objects/private/${encodePath(name)}`;
    const byQuery = `/objects/private?key=${encodeURIComponent(name)}`;
    const put = parse<Signed>(await client.send("PUT", `${byPath}?redirect=false`));
    const stored = await client.open(put, {}, Buffer.from(name));
    expect(stored.status).toBe(200);

    const get = parse<Signed>(await client.send("GET", `${byQuery}&redirect=false`));
    expect((await client.open(get)).body.toString()).toBe(name);
    expect((await client.send("HEAD", byQuery)).status).toBe(200);

    const redirect = await client.send("GET", byPath);
    expect(redirect.status).toBe(hasDotSegment(name) ? 422 : 307);

    expect((await client.send("DELETE", byQuery)).status).toBe(204);
    expect((await client.send("HEAD", byPath)).status).toBe(404);
  });

  test("a key that clients would collapse is not redirected to, and the answer says what to do", async () => {
    const answer = await stage().client.send("GET", "/objects/private/a/../b");
    expect(parse<Problem>(answer)).toMatchObject({ status: 422, code: "unredirectable_key" });
    expect(parse<Problem>(answer).detail).toContain("redirect=false");
  });

  test("dot segments do not leave the bucket", async () => {
    const { client } = stage();
    await client.put("public/keys/there", "x");
    for (const path of ["../public/keys/there", "..%2Fpublic%2Fkeys%2Fthere"]) {
      expect((await client.send("HEAD", `/objects/private/${path}`)).status).toBe(404);
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
