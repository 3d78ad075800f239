import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LinkLine, readLinkFile } from "../../../functions/core/links/link-file.ts";

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function read(body: AsyncIterable<Uint8Array>) {
  const links: LinkLine[] = [];
  let lines = 0;
  for await (const batch of readLinkFile(body)) {
    links.push(...batch.links);
    lines = batch.lines;
  }
  return { links, lines };
}

const readText = (text: string) => read(chunks(Buffer.from(text)));

const codes = ({ links }: Awaited<ReturnType<typeof read>>) =>
  links.map(({ line, link, error }) => [line, error?.code ?? link]);

describe("the lines of a link file", () => {
  test.each([
    ["", [], 0],
    ["\n", [], 1],
    ["a", [[1, "a"]], 1],
    ["a\n", [[1, "a"]], 1],
    [
      "a\r\nb\r\n",
      [
        [1, "a"],
        [2, "b"],
      ],
      2,
    ],
    [
      "a\n\n \t\n# c\n  # d\nb",
      [
        [1, "a"],
        [6, "b"],
      ],
      6,
    ],
    ["  a b \t\r\n", [[1, "a b"]], 1],
    [
      "\ufeffa\nb\n",
      [
        [1, "a"],
        [2, "b"],
      ],
      2,
    ],
    ["\ufeff# c\na\n", [[2, "a"]], 2],
    ["\ufeff", [], 1],
    ["a#b\n", [[1, "a#b"]], 1],
    // Only white space of ASCII is trimmed: other spaces may belong to a name.
    ["\u00a0a\u3000\n", [[1, "\u00a0a\u3000"]], 1],
    // A carriage return ends no line by itself.
    ["a\rb\n", [[1, "a\rb"]], 1],
    ["ä漢😀\n", [[1, "ä漢😀"]], 1],
  ])("%j", async (text, links, lines) => {
    expect(await readText(text)).toEqual({
      links: links.map(([line, link]) => ({ line, link })),
      lines,
    });
  });
});

describe("lines that are no text", () => {
  test("an invalid sequence spoils its own line alone", async () => {
    const bytes = Buffer.concat([
      Buffer.from("a\nb"),
      Buffer.from([0xff]),
      Buffer.from("\nc\n# "),
      Buffer.from([0xe4]),
      Buffer.from("\nd\n"),
      Buffer.from([0xc3]),
    ]);
    expect(codes(await read(chunks(bytes)))).toEqual([
      [1, "a"],
      [2, "bad_encoding"],
      [3, "c"],
      [5, "d"],
      [6, "bad_encoding"],
    ]);
  });

  test("so does a NUL", async () => {
    expect(codes(await readText("a\nb\0c\nd\n"))).toEqual([
      [1, "a"],
      [2, "bad_encoding"],
      [3, "d"],
    ]);
  });

  test.each(["utf16le", "utf16be"])("%s is one error that says what to do", async (encoding) => {
    const bytes = Buffer.from("\ufeffs3://a/b\ns3://c/d\n", "utf16le");
    const { links } = await read(chunks(encoding === "utf16le" ? bytes : bytes.swap16()));
    expect(links).toEqual([
      {
        line: 1,
        link: "",
        error: expect.objectContaining({ code: "bad_encoding", hint: "save the file as UTF-8" }),
      },
    ]);
  });

  test("a line of 64 KiB is read, a longer one is skipped", async () => {
    const long = "x".repeat(65_536);
    const { links, lines } = await readText(`a\n${long}\n${long}x\nb\n#${long}x\nc\n${long}y`);
    expect(lines).toBe(7);
    expect(links.map(({ line, link, error }) => [line, link.length, error?.code])).toEqual([
      [1, 1, undefined],
      [2, 65_536, undefined],
      [3, 200, "too_long"],
      [4, 1, undefined],
      [6, 1, undefined],
      [7, 200, "too_long"],
    ]);
  });
});

describe("however the bytes are cut", () => {
  const file = Buffer.concat([
    Buffer.from("\ufeffs3://a/ä\r\n\r\n# c\n  😀 \nx"),
    Buffer.from([0xff, 0x0a, 0x00, 0x0a]),
    Buffer.from("漢字\nlast"),
  ]);

  test("in two at any place", async () => {
    const whole = await read(chunks(file));
    expect(whole.links).toHaveLength(6);
    for (let at = 0; at <= file.length; at++) {
      expect(await read(chunks(file.subarray(0, at), file.subarray(at)))).toEqual(whole);
    }
  });

  test("byte by byte", async () => {
    const bytes = Array.from(file, (_, at) => file.subarray(at, at + 1));
    expect(await read(chunks(...bytes))).toEqual(await read(chunks(file)));
  });

  test("any bytes, anywhere", async () => {
    const byte = fc.oneof(
      fc.constantFrom(0x0a, 0x0d, 0x20, 0x23, 0x61, 0x00, 0xef, 0xbb, 0xbf, 0xfe, 0xff),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(byte), fc.array(fc.nat(100)), async (numbers, cuts) => {
        const bytes = Buffer.from(numbers);
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const parts = places.map((place, index) =>
          bytes.subarray(place, places[index + 1] ?? place),
        );
        expect(await read(chunks(...parts))).toEqual(await read(chunks(bytes)));
      }),
    );
  });
});

test("one line of 100 MB costs no memory", async () => {
  const chunk = Buffer.alloc(1_048_576, "x");
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < 100; count++) yield chunk;
    yield Buffer.from("\ns3://a/b\n");
  }
  const before = process.memoryUsage();
  let most = 0;
  const links: LinkLine[] = [];
  for await (const batch of readLinkFile(endless())) {
    const { heapUsed, external } = process.memoryUsage();
    most = Math.max(most, heapUsed - before.heapUsed, external - before.external);
    links.push(...batch.links);
  }
  expect(links.map(({ line, error }) => [line, error?.code])).toEqual([
    [1, "too_long"],
    [2, undefined],
  ]);
  expect(most).toBeLessThan(20_000_000);
});
