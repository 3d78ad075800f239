import { array, assert, asyncProperty, constantFrom, integer, oneof, string } from "fast-check";
import { expect, test } from "vitest";
import { type LinkLine, readLinkFile } from "../../../../functions/core/links/link-file.ts";
import { linkId } from "../../../../functions/core/links/sets/link-id.ts";
import {
  createSetIndexBuilder,
  type SetIndex,
  type Stretch,
} from "../../../../functions/core/links/sets/set-index.ts";
import { StorageError } from "../../../../functions/core/storage/errors.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function linksOf(bytes: Buffer, firstLine = 1): Promise<LinkLine[]> {
  const links: LinkLine[] = [];
  for await (const batch of readLinkFile(chunks(bytes, 65_536), firstLine)) {
    links.push(...batch.links);
  }
  return links;
}

/** Read in pieces of `size` bytes, with a stretch at each of them. */
async function indexOf(bytes: Buffer, size: number): Promise<SetIndex> {
  const builder = createSetIndexBuilder(size);
  for await (const batch of readLinkFile(chunks(bytes, size))) builder.add(batch);
  return builder.build();
}

const inStretch = (bytes: Buffer, { start, end, lines }: Stretch) =>
  linksOf(bytes.subarray(start, end), lines + 1);

const line = oneof(
  string({ unit: "grapheme", maxLength: 30 }),
  constantFrom("", "# comment", "s3://b/same", "  s3://b/same  ", "ÿ\u0000", "x".repeat(90)),
);
const file = array(line, { maxLength: 60 }).map((lines) => lines.join("\n"));

test("every link of any file is found where it first stands, and by its number", async () => {
  await assert(
    asyncProperty(
      file,
      integer({ min: 1, max: 200 }),
      constantFrom<BufferEncoding>("utf8", "latin1"),
      async (text, size, encoding) => {
        const bytes = Buffer.from(text, encoding);
        const links = await linksOf(bytes);
        const index = await indexOf(bytes, size);
        expect(index.total).toBe(links.length);
        for (const [number, { link }] of links.entries()) {
          const stretches = await Promise.all(
            index.find(linkId(link)).map((stretch) => inStretch(bytes, stretch)),
          );
          const found = stretches.flat().find((other) => other.link === link);
          expect(found).toEqual(links.find((other) => other.link === link));
          const range = index.range(number, Math.min(number + 4, links.length - 1));
          const page = await inStretch(bytes, range);
          const from = number - range.links;
          expect(page.slice(from, from + 5)).toEqual(links.slice(number, number + 5));
        }
      },
    ),
    { numRuns: propertyRuns(60, 5000) },
  );
});

test("what is no id, or no id of the set, is nowhere", async () => {
  const index = await indexOf(Buffer.from("s3://b/1\ns3://b/2\n"), 10);
  const id = linkId("s3://b/1");
  for (const other of ["", "x", `${id}A`, id.slice(1), `${id.slice(0, -1)}=`, linkId("s3://b/3")]) {
    expect(index.find(other)).toEqual([]);
  }
  expect(index.find(id)).toHaveLength(1);
});

test("an id is the link's text and nothing else", () => {
  expect(linkId("s3://b/1")).toMatch(/^[\w-]{22}$/);
  expect(linkId("s3://b/1")).not.toBe(linkId("s3://b/1 "));
});

test("more links than an index may hold are too large", () => {
  const builder = createSetIndexBuilder(10, 5);
  const links: LinkLine[] = Array.from({ length: 3 }, () => ({ line: 1, link: "s3://b/1" }));
  builder.add({ links, lines: 3, end: 30 });
  expect(() => builder.add({ links, lines: 6, end: 60 })).toThrow(StorageError);
});
