import { expect, test } from "vitest";
import { parse, type Problem, type Signed, STORED } from "./client.ts";
import type { Stage, Topic } from "./suite.ts";

const MIB = 1024 * 1024;

/** One signed part of an upload. */
export interface Part extends Signed {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/** What an upload begins with, and what is told of it later. */
export interface Upload {
  readonly id: string;
  readonly partSize: number;
  readonly partCount: number;
  readonly parts: readonly Part[];
  readonly expiresAt: string;
}

async function begin({ client }: Stage, body: object): Promise<Upload> {
  const answer = await client.json("POST", "/uploads", { bucket: "private", ...body });
  if (answer.status !== 201) throw new Error(answer.body.toString());
  return parse<Upload>(answer);
}

async function sendPart({ client }: Stage, part: Part, bytes: Buffer): Promise<string> {
  const slice = bytes.subarray(part.offset, part.offset + part.length);
  const answer = await client.open(part, {}, slice);
  if (!STORED.includes(answer.status)) throw new Error(answer.body.toString());
  return answer.headers.get("etag") ?? "";
}

export const testUploads: Topic = (stage) => {
  test("parts, a fresh signature, what has arrived, completion", async () => {
    const { client } = stage();
    const bytes = Buffer.alloc(16 * MIB + 5, "0123456789");
    const wish = { key: "uploads/large.bin", size: bytes.byteLength, contentType: "video/mp4" };
    const upload = await begin(stage(), wish);
    expect(upload).toMatchObject({ partSize: 8 * MIB, partCount: 3 });
    expect(upload.parts.map(({ number, offset, length }) => [number, offset, length])).toEqual([
      [1, 0, 8 * MIB],
      [2, 8 * MIB, 8 * MIB],
      [3, 16 * MIB, 5],
    ]);
    const [first, , third] = upload.parts;
    if (first === undefined || third === undefined) throw new Error("parts are missing");
    const etag = await sendPart(stage(), first, bytes);
    await sendPart(stage(), third, bytes);

    const early = await client.json("POST", `/uploads/${upload.id}/complete`, { parts: [] });
    expect(early.status).toBe(400);
    expect(parse<Problem>(early).detail).toContain("part 2");

    const state = parse<Upload>(await client.send("GET", `/uploads/${upload.id}`));
    expect(state.parts.map(({ number }) => number)).toEqual([1, 3]);

    const fresh = await client.json("POST", `/uploads/${upload.id}/parts`, { numbers: [2] });
    const [second] = parse<Upload>(fresh).parts;
    if (second === undefined) throw new Error("part 2 is missing");
    await sendPart(stage(), second, bytes);

    const wrong = { parts: [{ number: 1, etag: '"wrong"' }] };
    const refused = () => client.json("POST", `/uploads/${upload.id}/complete`, wrong);
    // Azure gives blocks no etags.
    expect(etag === "" ? 400 : (await refused()).status).toBe(400);
    const right = { parts: [{ number: 1, etag }, { number: 2 }, { number: 3 }] };
    const done = await client.json("POST", `/uploads/${upload.id}/complete`, right);
    expect(done.status).toBe(200);
    expect(parse(done)).toMatchObject({
      bucket: "private",
      key: "uploads/large.bin",
      size: bytes.byteLength,
      type: "video/mp4",
    });
    const get = await client.send("GET", "/objects/private/uploads/large.bin?redirect=false");
    expect((await client.open(parse<Signed>(get))).body.equals(bytes)).toBe(true);
  });

  test.each([0, 1, 16 * MIB - 1])("%i bytes are one plain PUT", async (size) => {
    const { client } = stage();
    const key = `uploads/small-${size}`;
    const upload = await begin(stage(), { key, size, contentType: "text/plain" });
    expect(upload.partCount).toBe(1);
    const [part] = upload.parts;
    if (part === undefined) throw new Error("the part is missing");
    expect(part).toMatchObject({ number: 1, offset: 0, length: size, method: "PUT" });
    const before = await client.send("POST", `/uploads/${upload.id}/complete`);
    expect(before.status).toBe(400);
    await sendPart(stage(), part, Buffer.alloc(size, "s"));
    const done = await client.send("POST", `/uploads/${upload.id}/complete`);
    expect(done.status).toBe(200);
    expect(parse(done)).toMatchObject({ key, size, type: "text/plain" });
  });

  test("the first thousand parts are signed, all are counted", async () => {
    const upload = await begin(stage(), {
      key: "uploads/huge",
      size: 5001 * 5 * MIB,
      partSize: 5 * MIB,
    });
    expect(upload.partCount).toBe(5001);
    expect(upload.parts).toHaveLength(1000);
    const last = await stage().client.json("POST", `/uploads/${upload.id}/parts`, {
      numbers: [5001],
    });
    expect(parse<Upload>(last).parts[0]).toMatchObject({ offset: 5000 * 5 * MIB, length: 5 * MIB });
    expect((await stage().client.send("DELETE", `/uploads/${upload.id}`)).status).toBe(204);
  });

  test("giving up is 204, again too, and its parts are gone", async () => {
    const { client } = stage();
    const upload = await begin(stage(), { key: "uploads/aborted", size: 16 * MIB });
    for (const _ of [1, 2]) {
      expect((await client.send("DELETE", `/uploads/${upload.id}`)).status).toBe(204);
    }
    const end = await client.json("POST", `/uploads/${upload.id}/complete`, { parts: [] });
    expect(end.status).toBeGreaterThanOrEqual(400);
    expect(end.status).toBeLessThan(500);
  });

  test.each(["nonsense", "azE.AAAA", "%00", "a.b.c"])("the id %s is 404", async (id) => {
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/complete"],
    ] as const) {
      expect((await stage().client.send(method, `/uploads/${id}${path}`)).status).toBe(404);
    }
  });

  test("an id with one character changed is 404", async () => {
    const { id } = await begin(stage(), { key: "uploads/forged", size: 1 });
    const middle = id.length >> 1;
    const other = id[middle] === "A" ? "B" : "A";
    const forged = id.slice(0, middle) + other + id.slice(middle + 1);
    expect((await stage().client.send("GET", `/uploads/${forged}`)).status).toBe(404);
  });

  test.each([
    { key: "u", size: -1 },
    { key: "u", size: 1.5 },
    { key: "u", size: "5" },
    { key: "u" },
    { key: "", size: 5 },
    { key: "u", size: 20 * MIB, partSize: 1 },
    { key: "u", size: 20 * MIB, partSize: 0 },
    { key: "u", size: 5, contentType: "nonsense" },
    { key: "u", size: 5, bucket: "other" },
  ])("%j is refused", async (body) => {
    const answer = await stage().client.json("POST", "/uploads", { bucket: "private", ...body });
    expect(answer.status).toBe(400);
  });

  test("parts that were never planned are refused", async () => {
    const { id } = await begin(stage(), { key: "uploads/few", size: 5 });
    for (const numbers of [[2], [0], [10_001], ["1"], Array.from({ length: 1001 }, () => 1)]) {
      const answer = await stage().client.json("POST", `/uploads/${id}/parts`, { numbers });
      expect(answer.status).toBe(400);
    }
  });
};
