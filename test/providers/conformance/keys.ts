import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import type { SignedMethod } from "@remote-storage/core/signing/signed-request.ts";
import { describe, expect, test } from "vitest";
import { failureKind, folder, outcome, readText, type Stage, text } from "./stage.ts";

/** Names that some client, gateway or store is known to spoil. */
export const hostile: Readonly<Record<string, string>> = {
  space: "a b c.txt",
  plus: "a+b.txt",
  "encoded slash": "a%2Fb.txt",
  "encoded space": "a%20b.txt",
  percent: "100%.txt",
  "percent before no hex": "a%zz.txt",
  "question mark": "a?b=c.txt",
  hash: "a#b.txt",
  ampersand: "a&b=c.txt",
  "semicolon, colon, comma, at": "a;b:c,d@e.txt",
  "double quote": 'a"b".txt',
  "XML characters": "<a>&lt;b.txt",
  "sub-delimiters": "a'()!*$b.txt",
  "brackets, caret, backtick, braces, bar": "[a]^`{b}|~.txt",
  emoji: "😀👩‍👩‍👧.txt",
  "composed é": "caf\u00e9.txt",
  "combining é": "cafe\u0301.txt",
  CJK: "データ/猫.png",
  "right to left": "קובץ.txt",
  "no-break and zero width space": "a\u00a0b\u200bc.txt",
  "leading space": " a.txt",
  "trailing space": "a ",
  "trailing dot": "a.",
  "double slash": "a//b.txt",
  "triple slash": "a///b.txt",
  "trailing slash": "a/",
  "two trailing slashes": "a//",
  "dot segment": "a/./b.txt",
  "dot dot segment": "a/../b.txt",
  "ends in dot": "a/.",
  "ends in dot dot": "a/..",
  "many dots": "a/.../b..c/..d",
  "encoded dot segment": "a/%2e%2e/b.txt",
  backslash: "a\\b.txt",
  tab: "a\tb.txt",
  newline: "a\nb.txt",
  "carriage return": "a\rb.txt",
  "control character": "a\u0001b.txt",
  delete: "a\u007fb.txt",
  "device name": "CON",
  "hidden file": ".hidden",
  "a segment of 300 bytes": `${"x".repeat(300)}.txt`,
};

/** Those whose first characters matter stand at the bucket's root. */
const rooted: Readonly<Record<string, (unique: string) => string>> = {
  "leading slash": (unique) => `/${unique}leading`,
  "two leading slashes": (unique) => `//${unique}leading`,
  "leading space of the key": (unique) => ` ${unique}leading`,
  "leading dot dot": (unique) => `../${unique}leading`,
  "leading dot": (unique) => `./${unique}leading`,
  // A folder's name has 19 bytes.
  "1024 bytes": (unique) => `${unique}${"0123456/".repeat(125)}names`,
  "1024 bytes of UTF-8": (unique) => `${unique}${"é/".repeat(334)}end`,
};

const cases: readonly (readonly [name: string, key: () => ObjectKey])[] = [
  ...Object.entries(hostile).map(
    ([name, rest]) => [name, () => parseKey(folder() + rest)] as const,
  ),
  ...Object.entries(rooted).map(([name, make]) => [name, () => parseKey(make(folder()))] as const),
];

/** What every call says of one key, from its writing to its end. */
async function story(bucket: Bucket, key: ObjectKey) {
  const written = (await bucket.write(key, text(key))).key;
  const stat = (await bucket.stat(key)).key;
  const listed = (await bucket.list({ prefix: key })).objects.map((object) => object.key);
  const read = await readText(bucket, key);
  await bucket.remove(key);
  return { written, stat, listed, read, end: await outcome(bucket.stat(key)) };
}

/** The same told by signed requests alone. */
async function sentStory(stage: Stage, key: ObjectKey) {
  const send = async (method: SignedMethod, content?: Uint8Array<ArrayBuffer>) =>
    stage.send(await stage.sign(method, key), content);
  const put = (await send("PUT", text(key))).status;
  if (put >= 400) return "refused";
  const stored = await readText(stage.bucket, key);
  const got = new TextDecoder().decode((await send("GET")).body);
  const length = Number((await send("HEAD")).headers.get("content-length"));
  const deleted = (await send("DELETE")).status < 300;
  return {
    put: put < 300,
    stored,
    got,
    length,
    deleted,
    end: await outcome(stage.bucket.stat(key)),
  };
}

export function keyCases(stage: Stage): void {
  const refused = (key: ObjectKey): boolean => stage.subject.traits.refusesKey?.(key) ?? false;

  describe("written, found, listed, read, removed", () => {
    test.each(cases)("%s", async (_, make) => {
      const key = make();
      const whole = { written: key, stat: key, listed: [key], read: key, end: "not-found" };
      const told = await outcome<unknown>(story(stage.bucket, key));
      const dropped = stage.subject.traits.dropsLeadingSlash === true && key.startsWith("/");
      const expected = dropped ? { ...whole, listed: [] } : whole;
      expect(told).toEqual(refused(key) ? "invalid-key" : expected);
    });
  });

  describe("signed and sent", () => {
    test.each(cases)("%s", async (_, make) => {
      const key = make();
      const length = Buffer.byteLength(key);
      const whole = { put: true, stored: key, got: key, length, deleted: true, end: "not-found" };
      const told = await outcome<unknown>(sentStory(stage, key));
      expect(refused(key) ? ["invalid-key", "refused"] : [whole]).toContainEqual(told);
    });
  });

  test("names that a careless layer would merge stay apart", async () => {
    const base = folder();
    const names = [
      "a b",
      "a+b",
      "a%20b",
      "a%2520b",
      "caf\u00e9",
      "cafe\u0301",
      "A b",
      "a/b",
      "a%2Fb",
    ];
    const keys = names.map((name) => parseKey(base + name)).filter((key) => !refused(key));
    for (const key of keys) await stage.bucket.write(key, text(key));
    for (const key of keys) expect(await readText(stage.bucket, key)).toBe(key);
    expect((await stage.bucket.list({ prefix: base })).objects).toHaveLength(keys.length);
  });

  test("dot segments do not reach the neighbour they seem to name", async () => {
    const base = folder();
    const [plain, dotted] = [parseKey(`${base}b`), parseKey(`${base}a/../b`)];
    await stage.bucket.write(plain, text("the neighbour"));
    expect(["not-found", "invalid-key"]).toContain(await failureKind(stage.bucket.stat(dotted)));
    await stage.bucket.remove(dotted).catch(() => undefined);
    expect(await readText(stage.bucket, plain)).toBe("the neighbour");
  });
}
