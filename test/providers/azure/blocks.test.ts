import { array, assert, asyncProperty, integer, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";
import { blockLength, toBlocks } from "../../../functions/providers/azure/blocks.ts";

const MIB = 1024 * 1024;
const TIB = MIB * MIB;

async function collect(blocks: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const collected: Uint8Array[] = [];
  for await (const block of blocks) collected.push(block);
  return collected;
}

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks);
}

describe("cutting a body into blocks", () => {
  test("keeps every byte in order, all blocks but the last full", async () => {
    await assert(
      asyncProperty(
        array(uint8Array({ maxLength: 40 })),
        array(integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        async (chunks, lengths) => {
          const lengthOf = (index: number): number => lengths[index % lengths.length] ?? 1;
          const blocks = await collect(toBlocks(streamOf(chunks), lengthOf));
          expect(Buffer.concat(blocks)).toEqual(Buffer.concat(chunks));
          const full = blocks.map((block, index) => block.byteLength === lengthOf(index));
          expect(full.slice(0, -1)).not.toContain(false);
          expect(blocks.every((block) => block.byteLength > 0)).toBe(true);
        },
      ),
      { numRuns: propertyRuns(100, 10_000) },
    );
  });

  test("does not copy an array", async () => {
    const body = new Uint8Array(10);
    const blocks = await collect(toBlocks(body, () => 4));
    expect(blocks.map(({ byteLength }) => byteLength)).toEqual([4, 4, 2]);
    expect(blocks.map(({ buffer }) => buffer === body.buffer)).toEqual([true, true, true]);
  });

  test("cancels the source when nobody wants more", async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
      cancel: () => {
        cancelled = true;
      },
    });
    const blocks = toBlocks(source, () => 4);
    await blocks.next();
    await blocks.return();
    expect(cancelled).toBe(true);
  });

  test("a source that waits for ever does not outwait the signal", async () => {
    const controller = new AbortController();
    const next = toBlocks(new ReadableStream(), () => 4, controller.signal).next();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
  });

  test.each([
    { name: "5 TiB of known size", size: 5 * TIB },
    { name: "a small object", size: 1 },
    { name: "2.4 TiB of unknown size", size: undefined },
  ])("$name fits into 50,000 blocks", ({ size }) => {
    let room = 0;
    for (let index = 0; index < 50_000; index++) room += blockLength(index, size);
    expect(room).toBeGreaterThanOrEqual(size ?? 2.3 * TIB);
    expect(blockLength(0, size)).toBeGreaterThanOrEqual(8 * MIB);
    expect(blockLength(49_999, size)).toBeLessThanOrEqual(4000 * MIB);
  });
});
