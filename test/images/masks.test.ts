import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { HEIGHT, WIDTH, page, photo, pixelsOf, tiff, toSource } from "./originals.ts";
import { browser, lossless, pictures, refusal } from "./pictures.ts";

const CLASSES = 5;

/** Five classes in blocks that no reduction meets the edges of. */
const label = (x: number, y: number) => (Math.floor(x / 7) + Math.floor(y / 11)) % CLASSES;

/** More of them than 8 bits can tell apart. */
const id = (x: number, y: number) => 300 * label(x, y) + 7;

const colour = (x: number, y: number, band: number) => 40 * label(x, y) + 10 * band;

/** Colours under a transparency that differs from class to class. */
const overlay = (x: number, y: number, band: number) =>
  band === 3 ? 1 + 37 * label(x, y) : 50 * band + label(x, y);

const nearest = { ...browser, kernel: "nearest", width: 100 } as const;

function sorted(values: Iterable<number>): number[] {
  return [...values].toSorted((a, b) => a - b);
}

function raw(bands: 1 | 3 | 4, value: (x: number, y: number, band: number) => number) {
  const { samples } = page(Uint8Array, bands, value);
  const rawShape = { width: WIDTH, height: HEIGHT, channels: bands };
  return sharp(Buffer.from(samples.buffer), { raw: rawShape });
}

describe("label masks keep their classes", () => {
  test("a grey PNG, as PNG and as WebP", async () => {
    const mask = await raw(1, label).toColourspace("b-w").png().toBuffer();
    for (const encodings of [["png"], ["webp"]] as const) {
      const { body } = await pictures.preview(toSource(mask), { ...nearest, encodings });
      expect(sorted((await pixelsOf(body)).shades)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  test("without nearest they are mixed: what the option is for", async () => {
    const mask = await raw(1, (x, y) => 50 * label(x, y))
      .png()
      .toBuffer();
    const { body } = await pictures.preview(toSource(mask), { ...lossless, width: 100 });
    expect((await pixelsOf(body)).shades.size).toBeGreaterThan(CLASSES);
  });

  test("a palette PNG is taken for one", async () => {
    const mask = await raw(3, colour).png({ palette: true }).toBuffer();
    const source = toSource(mask);
    for (const encodings of [["webp", "plain"], ["plain"]] as const) {
      const { body, type } = await pictures.preview(source, { ...browser, encodings, width: 100 });
      expect(type).not.toBe("image/jpeg");
      expect(sorted((await pixelsOf(body)).shades)).toEqual([0, 40, 80, 120, 160]);
    }
    const smooth = { ...lossless, width: 100, kernel: "lanczos3" } as const;
    const { body } = await pictures.preview(source, smooth);
    expect((await pixelsOf(body)).shades.size).toBeGreaterThan(CLASSES);
  });

  test("colours under half transparency come out as they went in", async () => {
    const mask = await raw(4, overlay).png().toBuffer();
    const before = new Set<string>();
    const whole = await pixelsOf(mask);
    for (let x = 0; x < WIDTH; x += 1)
      for (let y = 0; y < HEIGHT; y += 1) before.add(whole.at(x, y).join());
    const { body } = await pictures.preview(toSource(mask), { ...nearest, encodings: ["webp"] });
    const after = await pixelsOf(body);
    for (let x = 0; x < after.width; x += 1) expect(before).toContain(after.at(x, x % 60).join());
  });

  test("16-bit ids stay 16-bit ids, as PNG", async () => {
    const { body, type, headers } = await pictures.preview(
      toSource(tiff(Uint16Array, 1, id)),
      nearest,
    );
    expect([type, headers["X-Window"]]).toEqual(["image/png", undefined]);
    const data = await sharp(body).toColourspace("grey16").raw({ depth: "ushort" }).toBuffer();
    const ids = new Set(new Uint16Array(Uint8Array.from(data).buffer));
    expect(sorted(ids)).toEqual([7, 307, 607, 907, 1207]);
  });

  test.each([
    ["jpeg", tiff(Uint8Array, 1, label)],
    ["avif", tiff(Uint8Array, 1, label)],
    ["webp", tiff(Uint16Array, 1, label)],
  ] as const)("as %s they would not, and are refused", async (encoding, bytes) => {
    const wish = { ...nearest, encodings: [encoding] };
    expect(await refusal(pictures.preview(toSource(bytes), wish))).toBe("invalid_request");
  });

  test("a photograph is no mask", async () => {
    const { type } = await pictures.preview(toSource(await photo().png().toBuffer()), {
      ...browser,
      encodings: ["plain"],
    });
    expect(type).toBe("image/jpeg");
  });
});
