import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../functions/migration/verify/finding.ts";
import { isClean, verify, type VerifyOptions } from "../../../functions/migration/verify/verify.ts";
import { broken, bytes, inChunks, memorySide } from "./memory-side.ts";

const md5 = (content: Uint8Array) => createHash("md5").update(content).digest("hex");

/** What breaks before it gives anything. */
function failing(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(broken) }) };
}

async function run(options: Omit<VerifyOptions, "deliver">) {
  const findings: Finding[] = [];
  const summary = await verify({
    wait: async () => undefined,
    ...options,
    deliver: (finding) => void findings.push(finding),
  });
  const told = findings.map(({ name, outcome, proof = "" }) => [name, outcome, proof].join(" "));
  return { findings, summary, told: told.map((text) => text.trim()) };
}

test("every name is told once, in order, with what became of it", async () => {
  const source = memorySide({
    a: bytes("same"),
    b: bytes("one"),
    c: bytes("longer"),
    d: bytes("lost"),
    empty: bytes(""),
  });
  const target = memorySide({
    a: bytes("same"),
    b: bytes("two"),
    c: bytes("long"),
    e: bytes("new"),
    empty: bytes(""),
  });
  const { told, summary, findings } = await run({ source, target });
  expect(told).toEqual([
    "a equal bytes",
    "b content",
    "c size",
    "d missing",
    "e extra",
    "empty equal empty",
  ]);
  expect(summary).toEqual({
    equal: 2,
    content: 1,
    size: 1,
    missing: 1,
    extra: 1,
    type: 0,
    unread: 0,
    bytes: 4,
  });
  expect(isClean(summary)).toBe(false);
  expect(findings.map(({ detail }) => detail)).toEqual([
    undefined,
    "the bytes differ from offset 0 on",
    "6 bytes at the source, 4 at the target",
    "the target does not have it",
    "only the target has it",
    undefined,
  ]);
});

test("filters pass names over on both sides, and a target that others use may have more", async () => {
  const source = memorySide({ a: bytes("x"), "b.tmp": bytes("y") });
  const target = memorySide({ a: bytes("x"), "c.tmp": bytes("z"), other: bytes("z") });
  const { told, summary } = await run({
    source,
    target,
    wanted: (name) => !name.endsWith(".tmp"),
    extra: false,
  });
  expect(told).toEqual(["a equal bytes"]);
  expect(isClean(summary)).toBe(true);
});

describe("what proves that bytes are equal", () => {
  const content = bytes("some bytes");
  const objects = { a: content };

  test("the same MD5 said by both: nothing is read", async () => {
    const source = memorySide(objects, { tag: () => `"${md5(content)}"` });
    const target = memorySide(objects, { tag: () => md5(content) });
    const { findings } = await run({ source, target });
    expect(findings).toMatchObject([
      { outcome: "equal", proof: "checksum", checksum: `md5:${md5(content)}` },
    ]);
    expect([...source.reads, ...target.reads]).toEqual([]);
  });

  test.each(["source", "target"])("an MD5 said by one: %s alone is read", async (silent) => {
    const plain = memorySide(objects, { tag: () => '"a-1"' });
    const telling = memorySide(objects, { tag: () => `"${md5(content)}"` });
    const sides =
      silent === "source" ? { source: plain, target: telling } : { source: telling, target: plain };
    expect((await run(sides)).told).toEqual(["a equal checksum"]);
    expect([plain.reads, telling.reads]).toEqual([["a"], []]);
  });

  test("the etag of an upload in parts, by our part size", async () => {
    const parts = [content.subarray(0, 4), content.subarray(4, 8), content.subarray(8)];
    const tag = `"${md5(Buffer.concat(parts.map((part) => Buffer.from(md5(part), "hex"))))}-3"`;
    const source = memorySide(objects);
    const target = memorySide(objects, { tag: () => tag });
    const { findings } = await run({ source, target, partSize: () => 4 });
    expect(findings).toMatchObject([{ proof: "checksum", checksum: `md5:${tag.slice(1, -1)}` }]);
    expect(target.reads).toEqual([]);
    // Of parts that were cut in no usual way nothing can be computed.
    expect((await run({ source, target })).told).toEqual(["a equal bytes"]);
  });

  test("etags that look like other MD5s prove nothing: both are read", async () => {
    const source = memorySide(objects, { tag: () => `"${md5(content)}"` });
    const target = memorySide(objects, { tag: () => `"${"0".repeat(32)}"` });
    expect((await run({ source, target })).told).toEqual(["a equal bytes"]);
  });

  test("with `read` the bytes alone", async () => {
    const lying = { tag: () => `"${"0".repeat(32)}"` };
    const source = memorySide({ a: bytes("one") }, lying);
    const target = memorySide({ a: bytes("two") }, lying);
    expect((await run({ source, target })).told).toEqual(["a equal checksum"]);
    expect((await run({ source, target, how: "read" })).told).toEqual(["a content"]);
  });
});

test("an object that cannot be read is unproven, and does not stop the others", async () => {
  const objects = { a: bytes("x"), b: bytes("y") };
  const target = memorySide(objects, {
    read: (entry) => (entry.name === "a" ? failing() : inChunks(bytes("y"), [])),
  });
  const { told, findings, summary } = await run({ source: memorySide(objects), target });
  expect(told).toEqual(["a unread", "b equal bytes"]);
  expect(findings[0]?.detail).toBe("the connection broke");
  expect(isClean(summary)).toBe(false);
});

test("types are compared on request", async () => {
  const source = memorySide({ a: bytes("x") });
  const target = { ...memorySide({ a: bytes("x") }), type: async () => "image/png" };
  expect((await run({ source, target })).told).toEqual(["a equal bytes"]);
  const { findings } = await run({ source, target, types: true });
  expect(findings).toMatchObject([
    {
      outcome: "type",
      detail: "content type application/octet-stream at the source, image/png at the target",
    },
  ]);
});

test("a side that cannot be listed ends it, and so does the signal", async () => {
  const source = memorySide({ a: bytes("x") });
  const target = {
    ...source,
    entries: failing,
  };
  await expect(run({ source, target })).rejects.toBe(broken);
  const stopped = AbortSignal.abort(new Error("stopped"));
  const unread = memorySide({ a: bytes("x") }, { read: failing });
  await expect(run({ source, target: unread, signal: stopped })).rejects.toThrow("stopped");
});
